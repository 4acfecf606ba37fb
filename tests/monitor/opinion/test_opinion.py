"""An export taken in and counted: what is kept, what it says, and that it is no part of the desk's own work."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from helpdesk.database.instant import database_now
from helpdesk.jobs import job_turn
from helpdesk.models import Delivery, Job, Ticket
from monitor.measure.survival import Never
from monitor.models import Clock, Flag, Opinion, OpinionTicket
from monitor.opinion import export_file, opinion_count, opinion_intake
from monitor.opinion.difference import Reason
from monitor.opinion.export_file import UnreadableExport
from monitor.opinion.opinion_figures import figures
from monitor.opinion.opinion_intake import TakenIn
from tests.make import NOW
from tests.monitor.opinion import exports

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def opinion() -> Opinion:
    since = NOW - timedelta(days=90)
    return opinion_intake.begin(vendor="zendesk", since=since, now=NOW, robots=[exports.ROBOT])


def take_in(opinion: Opinion, told: bytes | None = None) -> TakenIn:
    file = io.BytesIO(exports.whole() if told is None else told)
    *_, taken = opinion_intake.take_in(opinion, export_file.lines(file), now=NOW)
    return taken


def counted(opinion: Opinion) -> dict[int, str]:
    while opinion_count.count_some(opinion, now=NOW):
        pass
    return dict(opinion.tickets.order_by("number").values_list("number", "reason"))


def test_each_ticket_has_its_reason(opinion: Opinion) -> None:
    assert take_in(opinion) == TakenIn(tickets=6)

    assert counted(opinion) == dict(enumerate(exports.TICKETS, start=1))
    opinion.refresh_from_db()
    assert opinion.complete_at == NOW


def test_figures_leave_nobody_out(opinion: Opinion) -> None:
    take_in(opinion)
    counted(opinion)

    found = figures(opinion)

    assert (found.taken, found.counted, found.alike) == (6, 6, 1)
    assert sum(found.reasons.values()) == found.differing == 5
    assert (found.their_median, found.their_mean, found.their_answered) == (7 * 60, 33.25 * 60, 4)
    assert (found.our_answered, found.our_waiting, found.our_unanswered) == (3, 1, 1)
    assert found.our_median == 95 * 60
    assert found.our_ninetieth == Never(1)
    assert found.reasons[Reason.UNEXPLAINED] == 1


def test_who_waits_has_waited_until_the_export_was_made(opinion: Opinion) -> None:
    take_in(opinion)
    counted(opinion)

    assert opinion.tickets.get(number=3).ours == 19 * 24 * 3600


def test_it_is_no_work_of_the_desk(opinion: Opinion) -> None:
    take_in(opinion)
    counted(opinion)

    assert not any(model.objects.exists() for model in (Ticket, Clock, Flag, Delivery))


def test_no_word_and_no_name_is_kept(opinion: Opinion) -> None:
    take_in(opinion)
    counted(opinion)

    for table in ("monitor_opinion", "monitor_opinionticket"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {table} told WHERE told::text ~* 'zelda|quist|parcel'")  # noqa: S608  # the names are ours
            assert cursor.fetchall() == []


def test_the_same_export_again_changes_nothing(opinion: Opinion) -> None:
    take_in(opinion)
    counted(opinion)

    assert take_in(opinion) == TakenIn(tickets=0)
    assert not opinion.tickets.uncounted().exists()


def test_a_newer_telling_is_counted_anew(opinion: Opinion) -> None:
    take_in(opinion)
    counted(opinion)
    answered = exports.ticket(2, exports.asked(), exports.comment(2, exports.AGENT, 95), theirs=95)
    later = answered | {"generated_timestamp": answered["generated_timestamp"] + 60}

    take_in(opinion, json.dumps(later).encode())

    assert counted(opinion)[2] == ""


def test_of_one_ticket_told_twice_in_one_export_the_newest_counts(opinion: Opinion) -> None:
    newer, older = (
        exports.TICKETS[""],
        exports.TICKETS[""] | {"generated_timestamp": 0, "status": "open", "comments": []},
    )

    take_in(opinion, b"\n".join(json.dumps(each).encode() for each in (newer, older)))

    assert counted(opinion) == {1: ""}


def test_who_works_there_may_be_told_of_later(opinion: Opinion) -> None:
    """Until then an answer by whom no ticket is assigned to may be anybody's."""
    told = exports.ticket(1, exports.asked(), exports.comment(2, 502, 95), theirs=95)
    take_in(opinion, json.dumps(told).encode())
    assert counted(opinion) == {1: Reason.NOT_KNOWN_AS_STAFF}

    take_in(opinion, b'{"user": {"id": 502, "role": "agent"}}')

    assert counted(opinion) == {1: ""}


def test_what_is_no_record_is_named_by_its_line_and_the_rest_is_taken(opinion: Opinion) -> None:
    taken = take_in(opinion, b"{\n" + exports.whole())

    assert (taken.tickets, taken.refused) == (6, 1)
    assert taken.named[0][0] == 1


def test_tickets_made_before_are_left_out_and_counted(opinion: Opinion) -> None:
    old = exports.TICKETS[""] | {"id": 99, "created_at": "2020-01-01T00:00:00Z"}

    assert take_in(opinion, json.dumps(old).encode()) == TakenIn(older=1)


def test_a_job_counts_them_and_goes_on_where_it_was(opinion: Opinion) -> None:
    take_in(opinion)
    job = opinion_count.ask(opinion, now=NOW)

    job_turn.take(now=NOW, limit=4)
    job.refresh_from_db()
    assert (job.done, job.total, job.over_at) == (4, 6, None)

    for _ in range(2):
        job_turn.take(now=NOW, limit=4)
    job.refresh_from_db()
    assert (job.done, job.finished_at) == (6, NOW)


def test_a_job_whose_opinion_was_removed_is_over(opinion: Opinion) -> None:
    job = opinion_count.ask(opinion, now=NOW)
    opinion.delete()

    job_turn.take(now=NOW, limit=4)

    assert Job.objects.get(pk=job.pk).finished_at == NOW
    assert not OpinionTicket.objects.exists()


def zipped(*files: bytes, name: str = "export_2026_03_08_1_", method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as file:
        for number, content in enumerate(files):
            file.writestr(f"{name}{number}", content)
    return packed.getvalue()


@pytest.mark.parametrize(
    "packed",
    [b"a\n\n b\r\n", gzip.compress(b"a\nb"), zipped(b"a\n", b"b"), b"\xef\xbb\xbfa\nb"],
    ids=["plain", "gzip", "zip", "byte order mark"],
)
def test_an_export_is_read_however_it_is_packed(packed: bytes) -> None:
    assert list(export_file.lines(io.BytesIO(packed))) == [b"a", b"b"]


@pytest.mark.parametrize(
    "damaged",
    [gzip.compress(b"a" * 999)[:-9], b"\x1f\x8bxxxx", zipped(b"a")[:-9], b"PK\x03\x04"],
    ids=["gzip cut off", "no gzip", "zip cut off", "no zip"],
)
def test_a_damaged_file_says_so(damaged: bytes) -> None:
    with pytest.raises(UnreadableExport, match=r"\w"):
        list(export_file.lines(io.BytesIO(damaged)))


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_whatever_byte_of_a_zip_is_damaged_it_is_read_or_says_so(method: int) -> None:
    whole = zipped(b"a\n" * 9, name="\u00e4", method=method)
    for place in range(len(whole)):
        for byte in (0, 255, whole[place] ^ 1):
            damaged = whole[:place] + bytes([byte]) + whole[place + 1 :]
            with suppress(UnreadableExport):
                list(export_file.lines(io.BytesIO(damaged), at_most=2**20))


def test_a_file_that_grows_beyond_bounds_is_refused() -> None:
    with pytest.raises(UnreadableExport, match="unpacks"):
        list(export_file.lines(io.BytesIO(gzip.compress(b"a" * 999 + b"\n") * 2**11), at_most=2**20))


@pytest.mark.parametrize("line", [b"a\n", b"\n"], ids=["short", "empty"])
def test_a_file_of_very_many_lines_is_refused_long_before_they_are_read(line: bytes) -> None:
    with pytest.raises(UnreadableExport, match="It has more than 2097 lines"):
        list(export_file.lines(io.BytesIO(gzip.compress(line * 2**12)), at_most=2**20))


def written_now(path: Path) -> Path:
    """Write an export as of now, by the database's clock that the command reads."""
    moved, file = database_now() - NOW, path / "export_2026_11_28_1_0.json"
    told = [json.loads(line) for line in exports.lines()]
    for each in told:
        if made := each.get("ticket"):
            made["created_at"] = exports.stamp(exports.MADE + moved)
            made["comments"] = []
    file.write_bytes(b"\n".join(json.dumps(each).encode() for each in told))
    return file


def test_a_command_takes_in_an_export_of_any_size(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written_now(tmp_path)

    call_command("opinion", str(file), "--robot", str(exports.ROBOT))
    call_command("opinion", str(file), "--into", str(Opinion.objects.get().pk))

    said = capsys.readouterr().out
    assert "6 tickets taken in" in said
    assert "6 tickets counted" in said
    assert Opinion.objects.get().complete_at


@pytest.mark.parametrize(
    "asked", [["--into", "404"], [], ["/nowhere/export.json"], ["x", "--calendar", "No such"]]
)
def test_a_command_says_what_is_missing(asked: list[str]) -> None:
    with pytest.raises(CommandError, match=r"\w"):
        call_command("opinion", *asked)
