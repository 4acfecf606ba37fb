"""Figures of cells: the parts, slices and waits that rules about clocks find, folded or not, whatever is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from django.db import transaction
from django.db.models import Q

from helpdesk.conversation import replies
from helpdesk.models import Ticket
from helpdesk.tickets import merging, ticket_status
from monitor.clock.book.calendar import BusinessCalendar
from monitor.measure.survival import MoreThan, Observation, Percentile, percentiles
from monitor.models import Calendar, Clock, RollupMark
from monitor.models.clock import ClockQuerySet
from monitor.promises import defaults, versions
from monitor.relay import book
from monitor.reports import cell_figures, response_figures
from monitor.reports.cell_figures import CellFigures
from monitor.reports.promise_slices import PROMISES
from monitor.reports.rollup import cell_counts, rebuild_job
from monitor.reports.rollup.cell_reading import ADDED, CellReading, CellScope
from monitor.reports.wait_parts import NOBODY_WAITED, WAITS
from tests.make import NOW, Make

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
LATER = NOW + timedelta(hours=9)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@pytest.fixture(autouse=True)
def promises() -> None:
    defaults.ensure_defaults()


def fold() -> None:
    with transaction.atomic():
        rebuild_job.catch_up(now=NOW)


def one_of_each(make: Make) -> list[Ticket]:
    """Eight who asked, and no two fared alike."""
    owner = make.agent("owner")
    met, late, silent, gone, thanks, double, early, waits = (make.ticket() for _ in range(8))
    with transaction.atomic():
        replies.reply_in_public(ticket=met, author=owner, body="Yes.", now=NOW + 10 * MINUTE)
        replies.reply_in_public(ticket=late, author=owner, body="Yes.", now=NOW + 8 * 60 * MINUTE)
        ticket_status.resolve(ticket=silent, by=owner, now=NOW + 20 * MINUTE)
        ticket_status.close(ticket=gone, by=None, by_customer=True, now=NOW + 30 * MINUTE)
        ticket_status.mark_no_reply_needed(ticket=thanks, by=owner, now=NOW + 40 * MINUTE)
        merging.merge(ticket=double, into=late, by=owner, now=NOW + 50 * MINUTE)
        replies.reply_in_public(
            ticket=early, author=owner, body="Yes.", sent_at=NOW - 5 * MINUTE, now=NOW + 60 * MINUTE
        )
    return [met, late, silent, gone, thanks, double, early, waits]


def scope(**values: str | int) -> CellScope:
    return CellScope(environment="live", queues=None, values=values)


def read(wanted: CellScope, *, now: datetime = LATER, metric: str = "first_response") -> CellFigures:
    reading = CellReading.begin()
    assert reading is not None
    summed: Counter[int] = Counter()
    for counts in reading.days(wanted, metric, NOW.date(), NOW.date()).values():
        summed.update(counts)
    return cell_figures.figures(summed, now=now)


def by_rules(clocks: ClockQuerySet, rules: Mapping[str, object], now: datetime) -> dict[str, int]:
    asked = clocks.standing().of("first_response").exclude(outcome__in=NOBODY_WAITED)
    return {name: asked.filter(rule(now)).count() for name, rule in rules.items()}  # type: ignore[operator]


def agrees(wanted: CellScope, clocks: ClockQuerySet, now: datetime) -> None:
    found = read(wanted, now=now)
    assert found.parts == by_rules(clocks, WAITS, now)
    assert found.slices == by_rules(clocks, PROMISES, now)
    exact = response_figures.first_response(response_figures.waits(clocks, now=now))
    assert all(map(are_close, found.percentiles(), (exact.p50, exact.p90)))
    assert all(map(are_close, found.naive_percentiles(), (exact.naive_p50, exact.naive_p90)))
    assert are_close(found.naive_mean(), exact.naive_mean)


def are_close(found: Percentile, exact: Percentile) -> bool:
    """Tell whether a wait is within one in a hundred, and one so far no more than it is."""
    match found, exact:
        case MoreThan(so_far), MoreThan(seconds):
            return seconds / 1.0203 <= so_far <= seconds
        case float(), float():
            return abs(found / exact - 1) <= 0.0101
    return found == exact


@pytest.mark.parametrize("minutes", [61, 5 * 60, 9 * 60])
@pytest.mark.parametrize("is_folded", [True, False])
def test_parts_slices_and_waits_are_those_of_the_rules_about_clocks(
    make: Make, minutes: int, is_folded: bool
) -> None:
    fold()
    one_of_each(make)
    if is_folded:
        fold()

    agrees(scope(), Clock.objects.all(), NOW + minutes * MINUTE)


@pytest.mark.parametrize(("after", "slice_"), [(20, "undecided"), (40, "late")])
def test_a_promise_that_broke_within_this_minute_is_undecided_in_figures_and_lists_alike(
    make: Make, after: int, slice_: str
) -> None:
    fold()
    make.ticket(now=NOW + timedelta(seconds=30))
    breach_at = Clock.objects.of("first_response").get().breach_at
    assert breach_at is not None
    assert breach_at.second == 30

    agrees(scope(), Clock.objects.all(), breach_at + timedelta(seconds=after))
    assert read(scope(), now=breach_at + timedelta(seconds=after)).slices[slice_] == 1


def test_what_has_changed_since_it_was_folded_is_counted_as_it_is(make: Make) -> None:
    fold()
    ticket = make.ticket()
    fold()
    assert read(scope()).parts["waiting"] == 1

    replies.reply_in_public(ticket=ticket, author=make.agent(), body="Yes.", now=NOW + MINUTE)

    assert read(scope()).parts == Counter(dict.fromkeys(WAITS, 0) | {"answered": 1})


def test_of_many_that_are_not_folded_it_is_said_since_when(make: Make) -> None:
    fold()
    assert CellReading.begin().behind_since is None  # type: ignore[union-attr]
    make.ticket()
    with transaction.atomic():
        RollupMark.objects.bulk_create(RollupMark(ticket_id=-number) for number in range(ADDED))

    reading = CellReading.begin()

    assert reading is not None
    assert reading.behind_since == RollupMark.objects.earliest("pk").marked_at
    assert not reading.unfolded


@pytest.mark.parametrize("is_folded", [True, False])
@pytest.mark.parametrize(
    "values",
    [
        {"channel": "chat"},
        {"priority": "high"},
        {"language": "he"},
        {"tier": "gold"},
        {"topic_id": 0},
        {"channel": "chat", "priority": "high"},
        {"channel": "chat", "tier": "gold"},
        {"channel": "chat", "tier": "", "language": ""},
    ],
)
def test_each_thing_alone_and_several_together_find_their_tickets(
    make: Make, values: dict[str, str], is_folded: bool
) -> None:
    fold()
    tickets = one_of_each(make)
    told = [
        {"channel": "chat", "priority": "high"},
        {"channel": "chat", "tier": "gold"},
        {"language": "he", "priority": "high"},
        {"channel": "chat"},
    ]
    for ticket, fields in zip(tickets, told * 2, strict=True):
        Ticket.objects.filter(pk=ticket.pk).update(**fields)
    if is_folded:
        fold()

    rule = Q(topic=None) if "topic_id" in values else Q(**values)
    agrees(scope(**values), Clock.objects.filter(ticket__in=Ticket.objects.filter(rule)), LATER)


def test_queues_are_summed_up_one_by_one(make: Make) -> None:
    fold()
    make.ticket()
    for _ in range(2):
        Ticket.objects.filter(pk=make.ticket().pk).update(queue=make.queue("Returns"))
    fold()
    support, returns = make.queue().pk, make.queue("Returns").pk

    def counted(*queues: int, **values: str) -> int:
        return read(CellScope(environment="live", queues=queues, values=values)).n

    assert (counted(support), counted(returns), counted(support, returns), counted()) == (1, 2, 3, 0)
    assert counted(returns, priority="normal") == 2
    assert counted(returns, priority="normal", tier="") == 2


def test_hours_are_those_in_which_people_asked(make: Make) -> None:
    fold()
    one_of_each(make)
    make.ticket(now=NOW + 180 * MINUTE)
    fold()
    reading = CellReading.begin()
    assert reading is not None

    [counts] = reading.days(scope(), "first_response", NOW.date(), NOW.date()).values()
    hours = cell_figures.hours(counts, now=LATER, zone=reading.zone)

    assert {at: hour.asked for at, hour in enumerate(hours) if hour.asked} == {NOW.hour: 8, NOW.hour + 3: 1}
    folded = cell_figures.figures(counts, now=LATER)
    assert sum(hour.broken for hour in hours) == folded.slices["late"] + folded.slices["unanswered"]
    assert cell_figures.slices(counts, now=LATER) == folded.slices
    assert cell_figures.together([folded, folded]).slices == folded.slices + folded.slices


def test_open_time_of_those_who_still_wait_is_counted_by_their_hours(make: Make) -> None:
    fold()
    office = {"timezone": "UTC", "weekly": {day: [["14:00", "16:00"]] for day in WEEKDAYS}}
    published = versions.publish_calendar(calendar=Calendar.objects.get(), spec=office, now=NOW)
    make.ticket()
    fold()
    reading = CellReading.begin()
    assert reading is not None
    [counts] = reading.days(scope(), "first_response", NOW.date(), NOW.date()).values()
    assert Clock.objects.get(metric="first_response").calendar_version == published

    [wait] = cell_figures.figures(counts, now=LATER, book=book.current()).waits

    open_time = BusinessCalendar.parse(office).elapsed(NOW, LATER)
    assert timedelta() < open_time <= timedelta(hours=2) < LATER - NOW
    assert wait.seconds == pytest.approx(open_time.total_seconds(), rel=0.0203)


def test_what_ended_is_found_on_the_day_of_its_end(make: Make) -> None:
    fold()
    replies.reply_in_public(
        ticket=make.ticket(), author=make.agent(), body="Yes.", now=NOW + timedelta(days=2)
    )
    reading = CellReading.begin()
    assert reading is not None

    days = reading.days(scope(), "first_response", NOW.date(), NOW.date() + timedelta(days=3))

    ended = {day: cell_figures.ended_that_day(counts, ("met", "late")) for day, counts in days.items()}
    assert ended == {NOW.date(): 0, date(2026, 3, 11): 1}


def test_half_of_a_thousand_is_found_within_one_in_a_hundred() -> None:
    counts: Counter[int] = Counter()
    for seconds in range(1, 100_000, 97):
        told = cell_counts.ended("met", promised=True, hour=0, wall=float(seconds), business=1.0)
        counts.update(told)

    found = cell_figures.figures(counts, now=NOW).percentiles()

    exact = percentiles(
        [Observation(float(each), answered=True) for each in range(1, 100_000, 97)],
        (Fraction(1, 2), Fraction(9, 10)),
    )
    assert all(map(are_close, found, exact))
