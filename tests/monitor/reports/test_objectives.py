"""Objectives: what months come to, when they are closed, and that a closed one stays under its numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from helpdesk.conversation import replies
from helpdesk.models import Queue, SecurityEvent, Ticket
from monitor.models import ClosedMonth, Objective
from monitor.promises import objectives
from monitor.promises.defaults import ensure_defaults
from monitor.reports.objectives import calendar_month, month_closing
from monitor.reports.objectives.month_figures import MonthFigures
from monitor.reports.promise_slices import PROMISES
from tests import figures
from tests.helpdesk.at_once import at_once
from tests.make import NOW, Make

pytestmark = pytest.mark.django_db

FEBRUARY, MARCH, APRIL = date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1)
IN_APRIL = datetime(2026, 4, 1, 0, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def begun() -> None:
    ensure_defaults()
    figures.begin()


def promise(
    make: Make, per_mille: int | None = 950, *, queue: Queue | None = None, month: date = MARCH
) -> Objective | None:
    with transaction.atomic():
        return objectives.promise(
            metric="first_response",
            queue=queue,
            per_mille=per_mille,
            from_month=month,
            running=MARCH,
            by=make.agent("admin"),
        )


def close(now: datetime) -> int:
    with transaction.atomic():
        return month_closing.close_due(now=now)


def look(now: datetime) -> int:
    with transaction.atomic():
        return month_closing.look_again(now=now)


def asked(make: Make, *, after: timedelta | None, queue: Queue | None = None) -> Ticket:
    """Somebody asks, and is answered after so long, or not at all."""
    ticket = make.ticket(now=NOW, queue=queue)
    if after is not None:
        with transaction.atomic():
            replies.reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=NOW + after)
    return ticket


def of(**counts: int) -> MonthFigures:
    return MonthFigures(dict.fromkeys(PROMISES, 0) | counts, 950)


def test_a_share_is_of_what_is_decided_and_never_rounded_up() -> None:
    figures_ = of(met=1121, late=80, unanswered=3, undecided=11, withdrawn=5, unpromised=7)

    assert (figures_.decided, figures_.broken, figures_.may_break) == (1204, 83, 60)
    assert figures_.per_mille == 931
    assert not figures_.is_kept


@pytest.mark.parametrize(
    ("met", "late", "kept"), [(95, 5, True), (94, 6, False), (19, 1, True), (18, 1, False)]
)
def test_a_month_is_kept_where_no_more_broke_than_may(met: int, late: int, kept: bool) -> None:
    assert of(met=met, late=late).is_kept is kept


def test_where_nothing_is_decided_there_is_no_share() -> None:
    assert of(undecided=3).per_mille is None


def test_months_follow_each_other_over_the_year() -> None:
    assert calendar_month.months_after(date(2026, 11, 1), 2) == date(2027, 1, 1)
    assert calendar_month.months_after(date(2026, 1, 1), -1) == date(2025, 12, 1)
    assert calendar_month.months_between(date(2025, 12, 1), FEBRUARY) == [
        date(2025, 12, 1), date(2026, 1, 1), FEBRUARY,
    ]  # fmt: skip
    assert calendar_month.last_day(FEBRUARY) == date(2026, 2, 28)


def test_a_month_is_closed_once_it_is_over_and_nothing_is_undecided(make: Make) -> None:
    promise(make)
    asked(make, after=timedelta(minutes=10))
    asked(make, after=timedelta(days=2))
    figures.fold(now=IN_APRIL)

    assert close(datetime(2026, 3, 31, 23, 59, tzinfo=UTC)) == 0
    assert close(IN_APRIL) == 1
    assert close(IN_APRIL) == 0

    month = ClosedMonth.objects.get()
    assert (month.month, month.environment, month.queue, month.zone) == (MARCH, "live", None, "UTC")
    assert month.counts == dict.fromkeys(PROMISES, 0) | {"met": 1, "late": 1}


def test_a_month_with_something_undecided_waits_for_it_a_week(make: Make) -> None:
    promise(make)
    ticket = asked(make, after=None)
    ticket.clocks.update(breach_at=IN_APRIL + timedelta(days=30))
    figures.fold()

    assert close(IN_APRIL) == 0
    assert close(datetime(2026, 4, 7, 23, 59, tzinfo=UTC)) == 0
    assert close(datetime(2026, 4, 8, tzinfo=UTC)) == 1
    assert ClosedMonth.objects.get().counts["undecided"] == 1


def test_a_closed_month_stays_under_its_numbers_and_later_ones_stand_beside(make: Make) -> None:
    promise(make)
    asked(make, after=timedelta(minutes=10))
    close(IN_APRIL)

    asked(make, after=timedelta(minutes=10))
    assert look(IN_APRIL + timedelta(minutes=30)) == 0
    assert look(IN_APRIL + timedelta(hours=2)) == 1

    month = ClosedMonth.objects.get()
    assert month.counts["met"] == 1
    assert month.later is not None
    assert month.later["met"] == 2
    assert close(IN_APRIL + timedelta(days=20)) == 0


def test_the_database_keeps_versions_and_closed_months_as_they_were(make: Make) -> None:
    promise(make)
    asked(make, after=timedelta(minutes=10))
    assert close(IN_APRIL) == 1

    with pytest.raises(IntegrityError, match="never edited"), transaction.atomic():
        Objective.objects.update(per_mille=10)
    with pytest.raises(IntegrityError, match="never overwritten"), transaction.atomic():
        ClosedMonth.objects.update(counts={})


def test_a_queue_s_month_counts_that_queue_alone(make: Make) -> None:
    returns = make.queue("Returns")
    make.member(make.agent(), queue=returns)
    promise(make, queue=returns)
    asked(make, after=timedelta(minutes=10), queue=returns)
    asked(make, after=timedelta(minutes=10))

    assert close(IN_APRIL) == 1
    assert ClosedMonth.objects.get().counts["met"] == 1


def test_a_month_counts_under_what_was_promised_of_it(make: Make) -> None:
    promise(make, 950)
    promise(make, 900, month=APRIL)

    assert [one.per_mille for one in Objective.objects.in_month(FEBRUARY)] == []
    assert [one.per_mille for one in Objective.objects.in_month(MARCH)] == [950]
    assert [one.per_mille for one in Objective.objects.in_month(APRIL)] == [900]


def test_of_two_for_one_month_the_newer_counts_and_none_ends_it(make: Make) -> None:
    promise(make, 950)
    promise(make, 900)
    assert [one.per_mille for one in Objective.objects.in_month(MARCH)] == [900]

    promise(make, None)
    assert Objective.objects.in_month(MARCH) == []
    assert close(IN_APRIL) == 0


def test_who_set_it_stands_in_the_security_log_and_the_same_is_said_once(make: Make) -> None:
    made = promise(make)
    assert made is not None
    assert promise(make) is None

    logged = SecurityEvent.objects.get(kind="version_published", facts__what="objective")
    assert (logged.actor, logged.facts["number"]) == (make.agent("admin"), made.pk)


def test_the_first_may_begin_in_the_past_and_no_other(make: Make) -> None:
    assert promise(make, month=FEBRUARY) is not None

    with pytest.raises(objectives.MonthIsOver):
        promise(make, 100, month=FEBRUARY)
    with pytest.raises(objectives.MonthIsOver):
        promise(make, month=date(2025, 2, 1), queue=make.queue())
    with pytest.raises(objectives.NothingPromised):
        promise(make, None, queue=make.queue())


@pytest.mark.django_db(transaction=True)
def test_of_two_who_promise_at_once_the_second_finds_what_the_first_has_promised(make: Make) -> None:
    admin = make.agent("admin")

    def first_ever(per_mille: int) -> str:
        what = {"metric": "first_response", "queue": None, "per_mille": per_mille, "from_month": FEBRUARY}
        try:
            made = objectives.promise(**what, running=MARCH, by=admin)  # type: ignore[arg-type]
        except objectives.MonthIsOver:
            return "over"
        return "made" if made else "so already"

    assert set(at_once(lambda: first_ever(950), lambda: first_ever(900))) == {"made", "over"}
    assert Objective.objects.count() == 1
