"""What freezes excused then: of tickets that have changed since, and of those in freezes that were otherwise then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, LiteralString

from helpdesk.database.statement import given, ids, rows, run
from monitor.excusals import freezing, frozen_clocks
from monitor.models import Freeze, FrozenClock


def fill(changed: Sequence[int]) -> list[int]:
    """Work out again what freezes excused of these tickets, and return them: views stand before the tables by now.

    A freeze that was declared, ended or taken back since excused other answers then.
    """
    otherwise = [pk for (pk,) in run("SELECT id FROM past_freeze", ())]
    if not (otherwise or Freeze.objects.exists()):
        return []
    numbers = sorted({*changed, *_touched(otherwise)})
    found = [
        (one.ticket_id, one.metric, one.start_seq, list(one.freeze_ids), one.would_be_due_at)
        for one in frozen_clocks.wanted(numbers).values()
    ]
    run("INSERT INTO past_thawed SELECT unnest(%s::bigint[]) RETURNING ticket_id", (ids(numbers),))
    if found:
        run(_KEEP, [rows(found)])
    return numbers


def _touched(freezes: Sequence[int]) -> set[int]:
    """Return of which tickets these freezes excuse something now, or may have then."""
    found = set(FrozenClock.objects.filter(freeze_ids__overlap=freezes).values_list("ticket", flat=True))
    for one in Freeze.objects.standing().filter(pk__in=freezes):
        found.update(freezing.candidates(one).values_list("ticket", flat=True))
    return found


_COLUMNS: Final[tuple[LiteralString, ...]] = (
    "ticket_id bigint", "metric varchar", "start_seq int", "freeze_ids bigint[]", "would_be_due_at timestamptz",
)  # fmt: skip
_NAMES: Final[LiteralString] = ", ".join(column.split()[0] for column in _COLUMNS)
_KEEP: Final[LiteralString] = f"""
    INSERT INTO past_frozen (id, {_NAMES})
    SELECT -row_number() OVER (), {_NAMES} FROM {given(*_COLUMNS)} RETURNING ticket_id
"""  # noqa: S608  # the columns are those above
