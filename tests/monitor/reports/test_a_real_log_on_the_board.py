"""What the board says of a real log, held against the curve computed from the log's lines alone."""

from __future__ import annotations

import csv
import gzip
import sys
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Final

import pytest
from django.core.management import CommandError, call_command

from helpdesk.models import Environment
from monitor.clock.metrics import Metric
from monitor.measure.survival import MoreThan
from monitor.promises import defaults
from monitor.reports.board import waits_panel
from monitor.reports.board.board_view import BoardFilter, BoardView, Span
from monitor.reports.rollup.cell_reading import CellReading
from tests import figures
from tests.make import Make

pytestmark = pytest.mark.django_db(transaction=True)

OF_PEOPLE: Final = frozenset({"agent"})
OF_ANYBODY: Final = frozenset({"agent", "bot"})
METRICS: Final = {
    Metric.FIRST_RESPONSE: OF_PEOPLE,
    Metric.FIRST_ANY_RESPONSE: OF_ANYBODY,
    Metric.FIRST_SUBSTANTIVE_RESPONSE: OF_PEOPLE,  # nobody said of a reply that it was holding
}
MINUTE: Final = timedelta(minutes=1)
RUSH: Final = datetime(2022, 1, 1, tzinfo=UTC)
IN_A_MINUTE: Final = 6
"""All at its beginning: since when somebody waits is kept to the minute, which is much beside so short waits."""
SHARES: Final = (0.5, 0.9)


@pytest.mark.parametrize("in_a_rush", [False, True], ids=["as it was", "all within half an hour"])
def test_half_and_nine_in_ten_waited_as_the_lines_themselves_say(
    make: Make, tmp_path: Path, shared_data: Path, in_a_rush: bool
) -> None:
    lines, now = _lines(shared_data), datetime(2023, 6, 1, tzinfo=UTC)
    if in_a_rush:
        lines, now = _rushed(lines)
    defaults.ensure_defaults()
    figures.begin()
    _bring_in(lines, tmp_path)
    figures.fold()
    for metric, answering in METRICS.items():
        waits = _waits(lines, answering, now=now)
        said = waits_panel.panel(_view(make, metric, now=now)).whole.responses
        assert (said.n, said.parts["answered"]) == (len(waits), sum(answered for _wait, answered in waits))
        for share, told in zip(SHARES, (said.p50, said.p90), strict=True):
            expected = _percentile(waits, share)
            if expected is None:
                assert isinstance(told, MoreThan)
            else:
                assert told == pytest.approx(expected, rel=0.01)


def _view(make: Make, metric: str, *, now: datetime) -> BoardView:
    return BoardView(
        agent=make.agent("admin", is_admin=True),
        environment=Environment.LIVE,
        now=now,
        filter=BoardFilter(span=Span(date(2021, 12, 1), now.date()), metric=metric),
        reading=CellReading.begin(),
    )


def _lines(shared_data: Path) -> list[dict[str, str]]:
    csv.field_size_limit(sys.maxsize)
    text = gzip.decompress((shared_data / "helpdesk_messages" / "messages.csv.gz").read_bytes()).decode()
    return list(csv.DictReader(StringIO(text)))


def _rushed(lines: list[dict[str, str]]) -> tuple[list[dict[str, str]], datetime]:
    """Return the same tickets as if six came every minute, up to now: many of them wait still."""
    opened = {line["ticket_id"]: _at(line) for line in lines if line["comment_seq"] == "0"}
    begun = {ticket: RUSH + number // IN_A_MINUTE * MINUTE for number, ticket in enumerate(sorted(opened))}
    moved = [
        line | {"at": (_at(line) - opened[of] + begun[of]).isoformat()}
        for line in lines
        if (of := line["ticket_id"])
    ]
    now = RUSH + len(opened) // IN_A_MINUTE * MINUTE
    return [line for line in moved if _at(line) <= now], now


def _at(line: dict[str, str]) -> datetime:
    return datetime.fromisoformat(line["at"])


def _bring_in(lines: list[dict[str, str]], tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    with path.open("w", newline="") as file:
        written = csv.DictWriter(file, lines[0].keys())
        written.writeheader()
        written.writerows(lines)
    told = {"errors": tmp_path / "aside.csv", "keep_open": True}
    with suppress(CommandError):  # that lines were set aside: a customer's that were not public
        call_command("import_messages", str(path), stdout=StringIO(), stderr=StringIO(), **told)


def _waits(
    lines: list[dict[str, str]], answering: frozenset[str], *, now: datetime
) -> list[tuple[float, bool]]:
    """Return the seconds each ticket waited, and whether for an answer: line 0 of each is its customer's."""
    asked, answered = dict[str, datetime](), dict[str, datetime]()
    for line in sorted(lines, key=_at):
        ticket = line["ticket_id"]
        if line["comment_seq"] == "0":
            asked[ticket] = _at(line)
        elif line["is_public"] == "1" and line["our_role"] in answering:
            answered.setdefault(ticket, _at(line))
    return [
        ((answered.get(ticket, now) - since) / timedelta(seconds=1), ticket in answered)
        for ticket, since in asked.items()
    ]


def _percentile(waits: list[tuple[float, bool]], share: float) -> float | None:
    """Return where the product of the shares that go on waiting first falls to the rest, by Kaplan and Meier."""
    still = 1.0
    for seconds in sorted({wait for wait, answered in waits if answered}):
        at_risk = sum(wait >= seconds for wait, _answered in waits)
        still *= 1 - sum(answered and wait == seconds for wait, answered in waits) / at_risk
        if still <= 1 - share + 1e-9:
            return seconds
    return None
