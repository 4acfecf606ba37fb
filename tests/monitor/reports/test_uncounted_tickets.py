"""A ticket that cannot be folded is set aside, said, and tried again; the figures of all others go on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import OperationalError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from helpdesk.conversation import replies
from helpdesk.database.deletion import delete_whole
from helpdesk.models import Job, JobError, Ticket
from monitor.models import RollupEdition, RollupMark, UncountedTicket
from monitor.reports import cell_figures
from monitor.reports.rollup import folding, rebuild_job, rollup_check
from monitor.reports.rollup.cell_reading import CellReading, CellScope
from tests.make import NOW, Make
from tests.monitor import watched
from tests.monitor.reports import poisonous_tickets
from tests.monitor.reports.poisonous_tickets import DamagedShares
from tests.monitor.reports.test_rollups import (
    cells,
    finish_jobs,
    fold,
    fold_all,
    from_nothing,
    live,
    live_from_nothing,
    outcomes,
    said,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def edition(db: None) -> RollupEdition:
    """The figures of an empty desk."""
    fold()
    return RollupEdition.objects.get()


@pytest.fixture
def damaged() -> DamagedShares:
    return DamagedShares()


second = watched.second


def answer(make: Make, *tickets: Ticket, at: datetime = NOW + MINUTE) -> None:
    for ticket in tickets:
        replies.reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=at)


def fold_at(at: datetime) -> None:
    with transaction.atomic():
        rebuild_job.catch_up(now=at)


def is_as_from_nothing(edition: RollupEdition) -> bool:
    assert cells(edition) == from_nothing(edition)
    assert live(edition) == live_from_nothing()
    return not list(rollup_check.astray(edition))


def poisoned(make: Make, damaged: DamagedShares) -> tuple[Ticket, Ticket]:
    """Return two tickets that were answered after they were folded; the share of the first is damaged since."""
    bad, good = make.ticket(), make.ticket()
    fold_all()
    damaged.damage(bad.pk)
    answer(make, bad, good)
    return bad, good


def test_a_ticket_whose_share_is_damaged_keeps_no_other_from_being_counted(
    make: Make, edition: RollupEdition, damaged: DamagedShares
) -> None:
    bad, _good = poisoned(make, damaged)

    fold()

    assert outcomes(edition) == {"met": 1, "runs": 1}, "what the damaged one added last stands"
    assert not RollupMark.objects.exists()
    aside = UncountedTicket.objects.get()
    assert (aside.pk, aside.set_aside_at, aside.last_error) == (bad.pk, NOW, "DecodeError")


def test_so_does_none_that_a_column_is_too_narrow_for(make: Make, edition: RollupEdition) -> None:
    tickets = [make.ticket() for _ in range(7)]
    poisonous_tickets.give_tier("platinum", tickets[1], tickets[4])
    poisonous_tickets.narrow_tiers(4)

    fold()

    assert outcomes(edition) == {"runs": 5}
    aside = dict(UncountedTicket.objects.values_list("pk", "last_error"))
    assert aside == dict.fromkeys([tickets[1].pk, tickets[4].pk], "StringDataRightTruncation")

    poisonous_tickets.widen_tiers()
    call_command("rollup")
    assert not UncountedTicket.objects.exists()
    assert is_as_from_nothing(edition)


def test_one_that_is_mended_is_counted_as_soon_as_it_changes(
    make: Make, edition: RollupEdition, damaged: DamagedShares
) -> None:
    bad, _good = poisoned(make, damaged)
    fold()
    damaged.mend()

    answer(make, bad, at=NOW + 2 * MINUTE)
    fold()

    assert not UncountedTicket.objects.exists()
    assert is_as_from_nothing(edition)


def test_one_that_changes_and_is_not_mended_stays_as_it_was(
    make: Make, edition: RollupEdition, damaged: DamagedShares
) -> None:
    bad, good = poisoned(make, damaged)
    fold()

    answer(make, bad, good, at=NOW + 2 * MINUTE)
    fold()

    assert UncountedTicket.objects.get().set_aside_at == NOW
    assert not RollupMark.objects.exists()
    damaged.mend()
    call_command("rollup")
    assert is_as_from_nothing(edition)


def test_it_is_tried_again_after_as_long_again_from_an_hour_to_a_day(
    make: Make, edition: RollupEdition, damaged: DamagedShares
) -> None:
    poisoned(make, damaged)
    at, rests = NOW, []
    for _ in range(8):
        fold_at(at)
        retry_at = UncountedTicket.objects.get().retry_at
        rests.append((retry_at - at) // HOUR)
        fold_at(retry_at - timedelta(microseconds=1))
        assert UncountedTicket.objects.get().retry_at == retry_at
        at = retry_at

    assert rests == [1, 1, 2, 4, 8, 16, 24, 24]


def test_a_rest_that_a_fast_clock_began_is_none(
    make: Make, edition: RollupEdition, damaged: DamagedShares
) -> None:
    poisoned(make, damaged)
    fold()
    damaged.mend()
    UncountedTicket.objects.update(retry_at=NOW + timedelta(days=9))

    fold()

    assert is_as_from_nothing(edition)


def test_one_that_can_be_counted_again_brings_the_others_back(make: Make, edition: RollupEdition) -> None:
    tickets = [make.ticket() for _ in range(4)]
    poisonous_tickets.give_tier("platinum", *tickets)
    poisonous_tickets.narrow_tiers(4)
    fold_all()
    poisonous_tickets.widen_tiers()
    assert UncountedTicket.objects.count() == 4

    answer(make, tickets[2])
    fold_all()

    assert not UncountedTicket.objects.exists()
    assert is_as_from_nothing(edition)


def test_of_very_many_only_some_are_found_at_a_time_and_the_rest_keep_their_marks(
    make: Make, edition: RollupEdition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folding, "SET_ASIDE_AT_MOST", 2)
    tickets = [make.ticket() for _ in range(8)]
    poisonous_tickets.give_tier("platinum", *tickets[:5])
    poisonous_tickets.narrow_tiers(4)
    marked_at = dict(RollupMark.objects.values_list("ticket_id", "marked_at"))

    fold()
    assert UncountedTicket.objects.count() == 2
    left = dict(RollupMark.objects.values_list("ticket_id", "marked_at"))
    assert left == {ticket.pk: marked_at[ticket.pk] for ticket in tickets[2:]}

    fold_all()
    assert UncountedTicket.objects.count() == 5
    assert outcomes(edition) == {"runs": 3}


def test_one_that_is_gone_and_cannot_be_taken_away_is_tried_until_it_can(
    make: Make, edition: RollupEdition, damaged: DamagedShares
) -> None:
    bad, _good = poisoned(make, damaged)
    delete_whole(Ticket.objects.filter(pk=bad.pk))
    fold()
    assert UncountedTicket.objects.get().pk == bad.pk

    damaged.mend()
    call_command("rollup")

    assert outcomes(edition) == {"met": 1}
    assert is_as_from_nothing(edition)


def test_while_nothing_fails_there_is_one_savepoint_for_all(make: Make, edition: RollupEdition) -> None:
    for _ in range(9):
        make.ticket()

    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        rebuild_job.catch_up(now=NOW)

    assert sum(query["sql"].startswith("SAVEPOINT") for query in asked) == 1


@pytest.mark.django_db(transaction=True)
def test_a_row_that_somebody_holds_is_no_tickets_fault(make: Make, second: psycopg.Connection) -> None:
    fold()
    make.ticket()
    fold_all()
    make.ticket()
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")

    with second.transaction():
        second.execute("SELECT FROM monitor_rollupcell FOR UPDATE")
        with pytest.raises(OperationalError):
            fold()
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout")

    assert not UncountedTicket.objects.exists()
    assert RollupMark.objects.count() == 1


def test_nor_is_a_table_that_is_not_as_we_know_it(make: Make, edition: RollupEdition) -> None:
    """As while a server is upgraded: what would set aside everybody, one by one, sets aside nobody."""
    make.ticket()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE monitor_rollupmix RENAME COLUMN tier TO grade")

    with pytest.raises(ProgrammingError):
        fold()

    assert not UncountedTicket.objects.exists()
    assert RollupMark.objects.count() == 1


def test_whoever_runs_us_is_told_of_each_once_and_of_no_words(
    make: Make, edition: RollupEdition, caplog: pytest.LogCaptureFixture
) -> None:
    ticket = make.ticket()
    poisonous_tickets.give_tier("platinum", ticket)
    poisonous_tickets.narrow_tiers(4)

    fold()
    fold_at(NOW + HOUR)

    [line] = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert line.startswith(f"ticket {ticket.pk} cannot be counted: StringDataRightTruncation in ")
    assert line.endswith("of folding.py")


def test_a_rebuild_leaves_it_out_and_says_so(make: Make, edition: RollupEdition) -> None:
    bad, _good = make.ticket(), make.ticket()
    fold_all()
    poisonous_tickets.give_tier("platinum", bad)
    poisonous_tickets.narrow_tiers(4)

    job = rebuild_job.ask(now=NOW)
    finish_jobs()

    job = Job.objects.get(pk=job.pk)
    assert (job.failed_at, job.done, job.error_count) == (None, 2, 1)
    error = JobError.objects.get()
    assert (error.what, error.why) == (bad.reference, "StringDataRightTruncation")
    newest = RollupEdition.objects.get()
    assert outcomes(newest) == {"runs": 1}
    poisonous_tickets.widen_tiers()
    fold_all()
    assert not UncountedTicket.objects.exists()
    assert is_as_from_nothing(newest)


def test_a_rebuild_mends_a_damaged_share(make: Make, edition: RollupEdition, damaged: DamagedShares) -> None:
    poisoned(make, damaged)
    fold()
    assert UncountedTicket.objects.exists()

    rebuild_job.ask(now=NOW)
    finish_jobs()
    fold_all()

    assert not UncountedTicket.objects.exists()
    assert is_as_from_nothing(RollupEdition.objects.get())


def test_the_check_names_what_cannot_be_read_and_what_is_set_aside(
    make: Make, edition: RollupEdition, damaged: DamagedShares
) -> None:
    ticket, _other = make.ticket(), make.ticket()
    fold_all()
    damaged.damage(ticket.pk)

    named = [line for line in rollup_check.astray(edition) if line.startswith("ticket")]
    assert [line.partition(", line")[0] for line in named] == [f"ticket {ticket.pk}: DecodeError in unpack"]

    answer(make, ticket)
    fold()
    assert f"ticket {ticket.pk}: set aside since {NOW:%Y-%m-%d %H:%M} UTC, DecodeError" in list(
        rollup_check.astray(edition)
    )


def test_until_it_is_set_aside_figures_are_read_without_it(
    make: Make, edition: RollupEdition, damaged: DamagedShares
) -> None:
    poisoned(make, damaged)

    reading: Any = CellReading.begin()

    scope, day = CellScope(environment="live", queues=None, values={}), NOW.date()
    found = cell_figures.figures(reading.days(scope, "first_response", day, day)[day], now=NOW)
    assert (found.parts["answered"], found.parts["waiting"]) == (1, 1)
    assert sum(one.live for one in reading.live(scope).values()) == 2


@pytest.mark.django_db(transaction=True)
def test_the_command_says_what_is_left_out(make: Make, damaged: DamagedShares) -> None:
    fold()
    with transaction.atomic():
        bad, _good = poisoned(make, damaged)

    assert "2 changes folded" in said("rollup")
    with pytest.raises(SystemExit):
        said("rollup", "--check")
    assert UncountedTicket.objects.get().pk == bad.pk
