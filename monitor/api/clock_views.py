"""The helpdesk's tickets, with what time says about them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.request import Request

import helpdesk.api.shapes as plain_shapes
from helpdesk.api import paging
from helpdesk.api.contract.operation import Operation
from helpdesk.api.door import Door, answer
from helpdesk.api.ticket_lookup import ticket_of
from helpdesk.models import Scope, Store, Ticket
from monitor.api import clock_shapes
from monitor.clock.book.policy import Book
from monitor.clock.clock import OtherEnd, ReplayedClock
from monitor.clock.ledger import Step, explain
from monitor.clock.metrics import Metric
from monitor.promises.customer_promise import promise_for
from monitor.relay.clock_state import PLACES, TicketClocks, VersionNames, names, tell, tell_all
from monitor.reports.wait_parts import ANSWERED


class ClockExtension:
    """Extends tickets by their clocks and the promise; named in the settings."""

    shape = clock_shapes.WatchedTicket

    def extend(
        self, plain: Sequence[plain_shapes.TicketShape], tickets: Sequence[Ticket], *, now: datetime
    ) -> Sequence[clock_shapes.WatchedTicket]:
        telling = tell(tickets, now=now)
        called = names(telling.edition)
        return [
            watched_ticket(one, ticket, telling.told[ticket.pk], called, now=now)
            for one, ticket in zip(plain, tickets, strict=True)
        ]


watched = ClockExtension()


def watched_ticket(
    plain: plain_shapes.TicketShape,
    ticket: Ticket,
    told: TicketClocks,
    called: VersionNames,
    *,
    now: datetime,
) -> clock_shapes.WatchedTicket:
    fields = msgspec.structs.asdict(plain)
    fields["warnings"] = [*plain.warnings, *warnings_of(told), *late_arrivals(told.clocks or (), now=now)]
    return clock_shapes.WatchedTicket(
        **fields,
        clocks=None if told.clocks is None else [clock_shape(one, called, now=now) for one in told.clocks],
        promise=promise_shape(plain.customer, ticket.store, told.clocks or (), now=now),
    )


def warnings_of(told: TicketClocks) -> list[str]:
    if told.clocks is None:
        return [_("Accepted, but the clocks cannot be told for the moment. They will catch up.")]
    return [_("One of the ticket's events was set aside; its clocks do not count it.")] if told.aside else []


def late_arrivals(clocks: Sequence[ReplayedClock], *, now: datetime) -> list[str]:
    """Name the promises that were broken before what came just now could tell us of them."""
    heard_now = [one for one in clocks if one.breach_kind == "backdated" and one.alarm_floor == now]
    broken = [(one.breach_at, one.metric.value) for one in heard_now if one.breach_at]
    if not broken:
        return []
    said = {
        "metrics": ", ".join(metric for _at, metric in broken),
        "seconds": int((now - min(broken)[0]).total_seconds()),
    }
    return [
        _(
            "ingest_lag: this came after %(metrics)s had broken, the first %(seconds)d seconds ago. Clocks start "
            "when the customer asked; this lateness is the way in's."
        )
        % said
    ]


def promise_shape(
    customer: plain_shapes.CustomerShape, store: Store, clocks: Sequence[ReplayedClock], *, now: datetime
) -> clock_shapes.CustomerPromiseShape | None:
    """Say what the customer may be told; in the store's language and zone where theirs are not known."""
    locales, zone = (customer.locale, store.locale), customer.timezone or store.timezone
    promise = promise_for(clocks, locales=locales, timezone=zone, now=now)
    if promise is None:
        return None
    return clock_shapes.CustomerPromiseShape(by=promise.by, basis="policy", text=promise.text)


def clock_shape(clock: ReplayedClock, called: VersionNames, *, now: datetime) -> clock_shapes.ClockShape:
    """Say a clock as it stands at `now`."""
    business, wall = clock.elapsed_at(now)
    return clock_shapes.ClockShape(
        metric=clock.metric.value,
        cycle=clock.cycle,
        state=clock.state_at(now),
        started_at=clock.started_at,
        due_at=clock.due_at,
        stopped_at=clock.ended_at,
        breached_at=clock.breach_at if clock.breach_at and clock.breach_at <= now else None,
        target_seconds=seconds(clock.target),
        basis=clock.basis or None,
        elapsed=clock_shapes.Elapsed(business=business.total_seconds(), wall=wall.total_seconds()),
        first_any=first_answer(clock, clock.any_end, now=now),
        first_substantive=first_answer(clock, clock.substantive_end, now=now),
        **names_of(clock, called),
        target_days=clock.days.number if clock.days else None,
        target_ends=clock.days.ends if clock.days else None,
    )


def first_answer(
    clock: ReplayedClock, other: OtherEnd | None, *, now: datetime
) -> clock_shapes.AnswerEnd | None:
    """Say when a first response came, measured otherwise where that differs; None while it has not come."""
    at, outcome, business = (
        (other.at, other.outcome, other.business)
        if other
        else (clock.ended_at, clock.outcome, clock.business)
    )
    if clock.metric != Metric.FIRST_RESPONSE or outcome not in ANSWERED or at is None or at > now:
        return None
    wall = max(at - clock.started_at, timedelta())
    return clock_shapes.AnswerEnd(
        at=at, elapsed=clock_shapes.Elapsed(business=business.total_seconds(), wall=wall.total_seconds())
    )


def names_of(one: ReplayedClock | Step, called: VersionNames) -> dict[str, Any]:
    """Say by which policy and which calendar it counts, by name and number."""
    policy, policy_version = called.of_policy(one.policy_version)
    calendar, calendar_version = called.of_calendar(one.calendar_version)
    return {
        "policy": policy,
        "policy_version": policy_version,
        "calendar": calendar,
        "calendar_version": calendar_version,
    }


def seconds(duration: timedelta | None) -> float | None:
    return None if duration is None else duration.total_seconds()


class ClocksDoor(Door):
    """The clocks of one ticket."""

    @Operation(
        name="readClocks",
        summary="Read a ticket's clocks, each with its ledger",
        scope=Scope.READ,
        query=clock_shapes.ClockQuery,
        answers={200: clock_shapes.Clocks},
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        query = self.ask(clock_shapes.ClockQuery)
        ticket = ticket_of(self.key, ref)
        telling = tell_all(ticket, now=self.now)
        told = telling.told[ticket.pk]
        kept, cursor = page_of(told.clocks or (), query)
        clocks = [explained(one, telling.edition, now=self.now) for one in kept]
        data = None if told.clocks is None else clocks
        return answer(clock_shapes.Clocks(data=data, next_cursor=cursor, warnings=warnings_of(told)))


def page_of(
    clocks: Sequence[ReplayedClock], query: clock_shapes.ClockQuery
) -> tuple[list[ReplayedClock], str | None]:
    """Return the clocks of one page in the order of their start, and the cursor of the next."""
    in_order = sorted(clocks, key=place_of)
    if query.cursor is not None:
        after = paging.read(query.cursor)
        in_order = [clock for clock in in_order if place_of(clock) > after]
    return paging.cut(in_order[: query.limit + 1], query.limit, place_of)


def place_of(clock: ReplayedClock) -> paging.Place:
    """Return where a clock stands; of those that one event started, in the order of the metrics."""
    return clock.started_at, clock.start_seq * len(PLACES) + PLACES[clock.metric]


def explained(clock: ReplayedClock, edition: Book, *, now: datetime) -> clock_shapes.ExplainedClock:
    """Say a clock with the ledger of all that has counted and not counted by `now`."""
    called = names(edition)
    fields = msgspec.structs.asdict(clock_shape(clock, called, now=now))
    ledger = [step_shape(step, called) for step in explain(clock, edition, now)]
    return clock_shapes.ExplainedClock(**fields, ledger=ledger)


def step_shape(step: Step, called: VersionNames) -> clock_shapes.StepShape:
    return clock_shapes.StepShape(
        start=step.start,
        end=step.end,
        kind=step.kind,
        reason=step.reason,
        seconds=step.seconds,
        event=step.seq,
        **names_of(step, called),
    )
