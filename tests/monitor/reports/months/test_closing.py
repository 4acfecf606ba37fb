"""A month is closed under a number, with all that its figures are made of, and stays as it was reported."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from helpdesk.database.instant import database_now
from helpdesk.jobs import job_request, job_turn
from helpdesk.models import Job, SecurityEvent, Ticket
from helpdesk.tickets import ticket_attributes, ticket_status
from monitor.excusals import broken_promises, excusing
from monitor.models import Clock, FrozenClock, ReportedClock, ReportedFigure, ReportedMonth
from monitor.promises.defaults import ensure_defaults
from monitor.reports.months import month_changes, month_job, month_report, reported_clocks
from monitor.reports.objectives.calendar_month import month_of, months_after
from tests.make import Make
from tests.monitor.recounted import go_on_to_the_end
from tests.monitor.reports.months.closing import (
    UTC_ZONE,
    answered,
    asked,
    begin_closing,
    close,
    in_last_month,
    last_month,
)

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def begun() -> None:
    ensure_defaults()


@pytest.fixture
def now() -> datetime:
    return database_now()


def some(make: Make, now: datetime) -> None:
    """One answered in time, one late, one never."""
    at = in_last_month(now)
    answered(asked(make, at), make, at + HOUR / 6)
    answered(asked(make, at), make, at + 100 * HOUR)
    with transaction.atomic():
        ticket_status.resolve(ticket=asked(make, at), by=make.agent(), now=at + HOUR)


def counts(reported: ReportedMonth, metric: str = "first_response", **place: object) -> dict[str, int]:
    told = reported.figures.get(metric=metric, **({"queue": None, "store": None} | place)).counts
    return {name: number for name, number in told.items() if number}


def test_a_closed_month_has_its_figures_by_queue_and_store_too(make: Make, now: datetime) -> None:
    some(make, now)
    make.member(make.agent(), queue=make.queue("Returns"))
    answered(
        asked(make, in_last_month(now), queue=make.queue("Returns")), make, in_last_month(now) + HOUR / 6
    )
    asked(make, now)

    reported = close(make, now, note="for the meeting")

    assert (reported.number, reported.note, reported.environment) == (1, "for the meeting", "live")
    assert counts(reported) == {"met": 2, "late": 1, "unanswered": 1}
    assert counts(reported, queue=make.queue()) == {"met": 1, "late": 1, "unanswered": 1}
    assert counts(reported, store=make.store()) == {"met": 2, "late": 1, "unanswered": 1}
    whole = reported.figures.get(metric="first_response", queue=None, store=None).waits["whole"]
    assert (whole["half"], whole["measured"]) == (600, 4)


def test_nothing_of_it_is_ever_changed(make: Make, now: datetime) -> None:
    some(make, now)
    close(make, now)

    for model, column in ((ReportedMonth, "note"), (ReportedFigure, "metric"), (ReportedClock, "metric")):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            model.objects.update(**{column: "x"})
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            model.objects.all()._raw_delete(using="default")
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        ReportedFigure.objects.create(reported=ReportedMonth.objects.get(), metric="x", counts={}, waits={})


def test_closing_again_makes_another_number_beside_it(make: Make, now: datetime) -> None:
    some(make, now)
    first = close(make, now)
    answered(asked(make, in_last_month(now)), make, in_last_month(now) + HOUR / 6)

    second = close(make, now)

    assert (first.number, second.number) == (1, 2)
    assert (counts(first)["met"], counts(second)["met"]) == (1, 2)
    assert month_changes.of(second, now=now).clocks == []


def test_who_closed_it_stands_in_the_security_log(make: Make, now: datetime) -> None:
    close(make, now)

    logged = SecurityEvent.objects.get(facts__what="month")
    assert logged.actor == make.agent("admin")
    assert logged.facts["month"] == last_month(now).isoformat()


def test_what_changes_while_it_is_copied_is_taken_in_as_of_one_instant(make: Make, now: datetime) -> None:
    some(make, now)
    open_, gone = asked(make, in_last_month(now)), asked(make, in_last_month(now))
    with transaction.atomic():
        job = month_job.ask(
            last_month(now), environment="live", zone=UTC_ZONE, by=make.agent("admin"), now=now
        )
    for _step in range(20):
        job_turn.take(now=now, limit=10)
    answered(open_, make, in_last_month(now) + HOUR / 6, told_at=now)
    with transaction.atomic():
        ticket_status.mark_spam(ticket=gone, by=make.agent(), now=now)
    go_on_to_the_end(now=now)

    reported = ReportedMonth.objects.get(pk=job.arguments["reported"])
    assert counts(reported) == {"met": 2, "late": 1, "unanswered": 1}
    assert month_changes.of(reported, now=now).clocks == []


def excuse(make: Make, ticket: Ticket, now: datetime) -> Clock:
    clock = ticket.clocks.get(metric="first_response")
    with transaction.atomic():
        excusing.excuse([clock], reason="The power was out.", by=make.agent("admin"), now=now)
    return clock


def test_whatever_changes_while_it_is_copied_it_is_as_if_it_were_copied_now(
    make: Make, now: datetime
) -> None:
    at = in_last_month(now)
    some(make, now)
    late, moved, erased, excused, given_back, frozen, thawed, waiting = (asked(make, at) for _ in range(8))
    make.member(make.agent(), queue=make.queue("Returns"))
    taken_back = excuse(make, given_back, now)
    freeze(thawed)
    waiting.clocks.update(due_at=now, breach_at=now, rings_at=None)
    job = copied_by_days(make, now)
    copied = stored(job.arguments["reported"])

    answered(late, make, at + HOUR / 6, told_at=now)
    with transaction.atomic():
        ticket_attributes.change_queue(ticket=moved, queue=make.queue("Returns"), by=make.agent(), now=now)
    asked(make, at + HOUR)
    erased.clocks.all().delete()
    excuse(make, excused, now)
    with transaction.atomic():
        excusing.take_back([broken_promises.key_of(taken_back)], by=make.agent("admin"), now=now)
    freeze(frozen)
    FrozenClock.objects.filter(ticket=thawed).delete()
    soon = now + timedelta(minutes=2)
    go_on_to_the_end(now=soon)
    again = close(make, soon)

    assert stored(job.arguments["reported"]) == stored(again.pk) != copied


def copied_by_days(make: Make, now: datetime) -> Job:
    job = begin_closing(make, now)
    while job.total is None or job.done < job.total:
        job_turn.take(now=now, limit=10)
        job.refresh_from_db()
    return job


def freeze(ticket: Ticket) -> None:
    clock = ticket.clocks.get(metric="first_response")
    FrozenClock.objects.create(ticket=ticket, metric=clock.metric, start_seq=clock.start_seq, freeze_ids=[1])


def stored(reported: int) -> list[tuple[object, ...]]:
    """Return the clocks of a month, but for whose they are."""
    found = ReportedClock.objects.filter(reported=reported).order_by("ticket_id", "metric", "start_seq")
    return list(found.values_list(*reported_clocks.COLUMNS))


def test_one_that_is_called_off_takes_no_number_and_leaves_nothing_behind(make: Make, now: datetime) -> None:
    some(make, now)
    with transaction.atomic():
        job = month_job.ask(
            last_month(now), environment="live", zone=UTC_ZONE, by=make.agent("admin"), now=now
        )
    for _step in range(20):
        job_turn.take(now=now, limit=10)
    assert ReportedClock.objects.exists()
    job_request.cancel(job, now=now)

    assert close(make, now).number == 1
    assert ReportedMonth.objects.count() == 1


def test_a_month_that_is_not_over_or_not_decided_says_so_beforehand(make: Make, now: datetime) -> None:
    some(make, now)
    decided = month_report.doubts(last_month(now), environment="live", zone=UTC_ZONE, now=now)
    assert not decided.are_any

    undecided = asked(make, in_last_month(now))
    undecided.clocks.update(breach_at=now + HOUR, due_at=now + HOUR)
    doubts = month_report.doubts(last_month(now), environment="live", zone=UTC_ZONE, now=now)
    assert (doubts.is_over, doubts.undecided > 0, doubts.are_any) == (True, True, True)

    running = month_report.doubts(month_of(now.date()), environment="live", zone=UTC_ZONE, now=now)
    assert not running.is_over
    with pytest.raises(month_report.MonthToCome):
        month_report.doubts(months_after(month_of(now.date()), 1), environment="live", zone=UTC_ZONE, now=now)


def test_each_environment_has_numbers_of_its_own(make: Make, now: datetime) -> None:
    close(make, now)
    with transaction.atomic():
        month_job.ask(last_month(now), environment="test", zone=UTC_ZONE, by=make.agent("admin"), now=now)
    go_on_to_the_end(now=now)

    assert list(ReportedMonth.objects.values_list("environment", "number")) == [("live", 1), ("test", 1)]
