"""What changed since a month was reported: ticket by ticket, each with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random

import pytest
from django.db import transaction

from helpdesk.access import erasure
from helpdesk.conversation import bounces
from helpdesk.database.deletion import delete_whole
from helpdesk.database.instant import database_now
from helpdesk.models import Message, Ticket
from helpdesk.refusal import Refused
from helpdesk.tickets import manual_due_time, merging, ticket_attributes, ticket_status
from monitor.excusals import broken_promises, excusing
from monitor.models import Policy, ReportedMonth
from monitor.promises import versions
from monitor.promises.defaults import ensure_defaults
from monitor.reports.clock_selection import ClockSelection, DaySpan
from monitor.reports.months import month_changes
from monitor.reports.months.change_reason import ChangeReason
from monitor.reports.months.reported_figures import FigurePlace
from monitor.reports.objectives import calendar_month
from monitor.reports.objectives.calendar_month import month_of
from monitor.reports.promise_slices import PROMISES
from tests.make import Make
from tests.monitor.recounted import go_on_to_the_end
from tests.monitor.reports.months.closing import answered, asked, close, in_last_month, last_month

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
SOON = timedelta(minutes=2)
"""What breaks within a minute is counted as undecided until it is over."""
FIRST = FigurePlace("first_response", None, None)


@pytest.fixture(autouse=True)
def begun() -> None:
    ensure_defaults()


@pytest.fixture
def now() -> datetime:
    return database_now()


@pytest.fixture
def at(now: datetime) -> datetime:
    return in_last_month(now)


def reasons(reported: ReportedMonth, now: datetime) -> dict[tuple[int, str, str], str]:
    """Return why the first response of each ticket came out otherwise, and how it did."""
    changes = month_changes.of(reported, now=now + SOON).of(FIRST)
    return {
        (one.ticket_id, one.then, one.now): one.reason.value
        for one in changes.clocks
        if one.row.metric == "first_response"
    }


def test_nothing_has_changed_at_first(make: Make, now: datetime, at: datetime) -> None:
    answered(asked(make, at), make, at + HOUR)

    assert month_changes.of(close(make, now), now=now).clocks == []


def test_an_answer_that_is_told_of_later(make: Make, now: datetime, at: datetime) -> None:
    ticket = asked(make, at)
    reported = close(make, now)
    answered(ticket, make, at + HOUR / 6, told_at=now)

    assert reasons(reported, now) == {(ticket.pk, "late", "met"): "late_answer"}


def test_a_reply_that_bounced(make: Make, now: datetime, at: datetime) -> None:
    ticket = asked(make, at)
    reply = answered(ticket, make, at + HOUR / 6)
    reported = close(make, now)
    with transaction.atomic():
        bounces.take_back_bounced(ticket=ticket, message=reply, now=now)

    assert reasons(reported, now) == {(ticket.pk, "met", "late"): "bounced"}


def test_a_bounce_after_which_somebody_answered_again(make: Make, now: datetime, at: datetime) -> None:
    ticket = asked(make, at)
    reply = answered(ticket, make, at + HOUR / 6)
    reported = close(make, now)
    with transaction.atomic():
        bounces.take_back_bounced(ticket=ticket, message=reply, now=now)
    answered(ticket, make, now)

    assert reasons(reported, now) == {(ticket.pk, "met", "late"): "bounced"}


def test_tickets_that_were_merged(make: Make, now: datetime, at: datetime) -> None:
    going, staying = asked(make, at), asked(make, at + HOUR)
    reported = close(make, now)
    with transaction.atomic():
        merging.merge(ticket=going, into=staying, by=make.agent(), now=now)

    assert reasons(reported, now) == {(going.pk, "late", "merged"): "merged"}


def test_one_put_aside_and_one_brought_back(make: Make, now: datetime, at: datetime) -> None:
    spam, back = asked(make, at), asked(make, at)
    with transaction.atomic():
        ticket_status.mark_spam(ticket=back, by=make.agent(), now=at + HOUR)
    reported = close(make, now)
    with transaction.atomic():
        ticket_status.mark_spam(ticket=spam, by=make.agent(), now=now)
        ticket_status.restore(ticket=back, by=make.agent(), now=now + HOUR / 60)

    assert reasons(reported, now) == {(spam.pk, "late", ""): "voided", (back.pk, "", "late"): "restored"}


def test_what_was_undecided_runs_out_or_is_answered(make: Make, now: datetime, at: datetime) -> None:
    waiting, answered_ = asked(make, at), asked(make, at)
    for ticket in (waiting, answered_):
        with transaction.atomic():
            manual_due_time.set_due_time(
                ticket=ticket,
                metric="first_response",
                due_at=now + HOUR,
                reason="agreed",
                by=make.agent("overseer"),
                now=at,
            )
    reported = close(make, now)
    answered(answered_, make, now)

    assert reasons(reported, now) == {(answered_.pk, "undecided", "met"): "answered"}
    assert reasons(reported, now + 2 * HOUR) == {
        (answered_.pk, "undecided", "met"): "answered",
        (waiting.pk, "undecided", "late"): "time_ran_out",
    }


def test_a_recount_under_another_version(make: Make, now: datetime) -> None:
    ticket = asked(make, now - HOUR / 60)
    reported = close(make, now, month=month_of(now.date()))
    policy = Policy.objects.get(name="Everybody")
    last = policy.versions.latest("version")
    with transaction.atomic():
        versions.publish_policy(
            policy=policy,
            rules={"targets": {"first_response": {"seconds": 10, "basis": "wall"}}},
            position=last.position,
            calendar=last.calendar,
            now=now,
            scope="new_and_open",
        )
    go_on_to_the_end(now=now)

    assert reasons(reported, now) == {(ticket.pk, "undecided", "late"): "version"}


def test_whoever_asks_in_the_rest_of_a_month_has_asked_since(make: Make, now: datetime) -> None:
    reported = close(make, now, month=month_of(now.date()))
    ticket = asked(make, now + HOUR / 60)

    assert reasons(reported, now) == {(ticket.pk, "", "undecided"): "asked"}


def test_a_ticket_that_moved_changes_the_figures_of_both_queues_and_no_other(
    make: Make, now: datetime, at: datetime
) -> None:
    ticket, returns = asked(make, at), make.queue("Returns")
    answered(ticket, make, at + HOUR / 6)
    reported = close(make, now)
    with transaction.atomic():
        ticket_attributes.change_queue(ticket=ticket, queue=returns, by=make.agent(), now=now)

    changes = month_changes.of(reported, now=now)
    assert not changes.of(FIRST).clocks
    for queue in (make.queue(), returns):
        [change] = changes.of(FigurePlace("first_response", queue.pk, None)).clocks
        assert change.reason is ChangeReason.MOVED


def test_an_excusal_given_or_taken_back_changes_the_adjusted_figure_alone(
    make: Make, now: datetime, at: datetime
) -> None:
    kept, excused, then_excused = (asked(make, at) for _ in range(3))
    answered(kept, make, at + HOUR / 6)
    excuse(make, excused, now)
    reported = close(make, now)
    of_all = reported.figures.get(metric="first_response", queue=None, store=None)
    assert of_all.adjusted is not None
    assert (of_all.counts["late"], of_all.adjusted["late"]) == (2, 1)

    excuse(make, then_excused, now)
    with transaction.atomic():
        [clock] = excused.clocks.filter(metric="first_response")
        excusing.take_back([broken_promises.key_of(clock)], by=make.agent("admin"), now=now)

    assert reasons(reported, now) == {
        (excused.pk, "late", "late"): "excused_no_more",
        (then_excused.pk, "late", "late"): "excused",
    }
    changes = month_changes.of(reported, now=now)
    assert not any(changes.net.get(FIRST, Counter()).values())
    assert not any(changes.net_adjusted.get(FIRST, Counter()).values())
    assert len(changes.tickets_adjusted.get(FIRST, ())) == 2


def excuse(make: Make, ticket: Ticket, now: datetime) -> None:
    with transaction.atomic():
        clocks = list(ticket.clocks.filter(metric="first_response"))
        excusing.excuse(clocks, reason="The power was out.", by=make.agent("admin"), now=now)


def test_history_of_the_month_that_is_told_of_later(make: Make, now: datetime, at: datetime) -> None:
    reported = close(make, now)
    ticket = make.ticket(now=now + HOUR / 60, occurred_at=at.isoformat(), imported=True)

    assert reasons(reported, now) == {(ticket.pk, "", "late"): "late_question"}


def test_erasing_a_customer_changes_nothing(make: Make, now: datetime, at: datetime) -> None:
    ticket = asked(make, at)
    answered(ticket, make, at + HOUR / 6)
    reported = close(make, now)
    with transaction.atomic():
        erasure.erase_customer(customer=ticket.customer)

    assert month_changes.of(reported, now=now).clocks == []


def test_a_ticket_that_is_gone_is_told_of_and_breaks_nothing(make: Make, now: datetime, at: datetime) -> None:
    ticket = asked(make, at)
    reported = close(make, now)
    before = figures(reported)
    delete_whole(Ticket.objects.filter(pk=ticket.pk))

    assert set(reasons(reported, now).values()) == {"gone"}
    assert figures(reported) == before


def figures(reported: ReportedMonth) -> list[object]:
    return list(reported.figures.order_by("pk").values())


def live_counts(metric: str, now: datetime) -> Counter[str]:
    """Return the slices as lists of tickets count them: asked of the clocks themselves."""
    month = last_month(now)
    days = DaySpan(month, calendar_month.last_day(month))
    return Counter(
        {
            name: ClockSelection(metric=metric, asked=days, slice_=name)
            .clocks(Ticket.objects.all(), now=now)
            .count()
            for name in PROMISES
        }
    )


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_the_changes_are_what_lies_between_then_and_now(
    make: Make, now: datetime, at: datetime, seed: int
) -> None:
    chance = Random(seed)  # noqa: S311  # no secret
    tickets = [asked(make, at + number * HOUR) for number in range(12)]
    replied = {
        ticket.pk: answered(ticket, make, at + 20 * HOUR + chance.randrange(200) * HOUR / 10)
        for ticket in chance.sample(tickets, 7)
    }
    reported = close(make, now)
    before = figures(reported)
    for ticket in chance.sample(tickets, 9):
        happens(chance, make, ticket, tickets, replied, at, now)
    later = now + 3 * HOUR

    changes = month_changes.of(reported, now=later)

    assert figures(reported) == before
    for figure in reported.figures.filter(queue=None, store=None):
        place = FigurePlace(figure.metric, None, None)
        was = Counter(figure.counts)
        was.update(changes.net.get(place, {}))
        assert +was == +live_counts(figure.metric, later)
        assert len(changes.of(place).ticket_ids) == len(changes.tickets.get(place, ()))


def happens(
    chance: Random,
    make: Make,
    ticket: Ticket,
    tickets: list[Ticket],
    replied: dict[int, Message],
    at: datetime,
    now: datetime,
) -> None:
    """Let something happen to a ticket that changes how its clocks came out, if it may."""
    by, other = make.agent(), chance.choice(tickets)
    deeds: list[Callable[[], object]] = [
        lambda: answered(ticket, make, at + 21 * HOUR, told_at=now),
        lambda: answered(ticket, make, now),
        lambda: bounces.take_back_bounced(ticket=ticket, message=replied[ticket.pk], now=now),
        lambda: merging.merge(ticket=ticket, into=other, by=by, now=now),
        lambda: ticket_status.mark_spam(ticket=ticket, by=by, now=now),
        lambda: ticket_status.resolve(ticket=ticket, by=by, now=now),
        lambda: ticket_attributes.change_queue(ticket=ticket, queue=make.queue("Returns"), by=by, now=now),
    ]
    ticket.refresh_from_db()
    with suppress(Refused, KeyError), transaction.atomic():
        chance.choice(deeds)()
