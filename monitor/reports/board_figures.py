"""The numbers of the board, each with the address of exactly its tickets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, Min, OuterRef, QuerySet

from helpdesk.models import Agent, Queue, Store, Ticket
from helpdesk.models.ticket import TicketQuerySet
from monitor.clock.book.calendar import BusinessCalendar
from monitor.models import Clock, Standing
from monitor.models.standing import StandingQuerySet
from monitor.relay import book
from monitor.reports import promise_slices, response_figures, ticket_selection
from monitor.reports.clock_selection import ClockSelection, DaySpan
from monitor.reports.wait_parts import REST

DAYS: Final = 14
FEW: Final = 20
"""Below so many tickets a percentile says little: each is shown for itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardView:
    """Who looks, at what, and when; days are those of the zone. No queue: all that the agent may see."""

    agent: Agent
    environment: str
    zone: ZoneInfo
    now: datetime
    queue_id: int | None = None

    @property
    def tickets(self) -> TicketQuerySet:
        tickets = Ticket.objects.visible_to(self.agent).in_environment(self.environment)
        return tickets if self.queue_id is None else tickets.filter(queue=self.queue_id)

    @property
    def standings(self) -> StandingQuerySet:
        standings = Standing.objects.filter(environment=self.environment).visible_to(self.agent)
        return standings if self.queue_id is None else standings.filter(queue=self.queue_id)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def query(self, **what: str) -> str:
        """Return the query by which a list of tickets shows this, of the same queue."""
        return urlencode(what if self.queue_id is None else {**what, "queue": self.queue_id})

    def query_of_days(self, **what: str) -> str:
        """Return the same where days are spoken of: with the zone whose days they are, whoever follows it."""
        return self.query(**what, zone=self.zone.key)


@dataclass(frozen=True, slots=True)
class LinkedCount:
    """A count, and the query of the list that shows what was counted."""

    count: int
    query: str


@dataclass(frozen=True, slots=True)
class StandingNow:
    """Where live tickets stand at this instant, and the queues in which nobody works."""

    live: int
    late: LinkedCount
    at_risk: LinkedCount
    soon: LinkedCount
    unacknowledged: LinkedCount
    waiting: LinkedCount
    oldest_wait_since: datetime | None
    oldest_ticket: str | None
    unattended: list[Queue]


@dataclass(frozen=True, slots=True)
class PromisedTarget:
    """A target, and what its time is counted in: `wall`, or the open time of these hours."""

    duration: timedelta
    basis: str
    hours: BusinessCalendar | None


@dataclass(frozen=True, slots=True)
class DayOfPromises:
    """What became of the promises to all who asked on a day; the share is of what is decided."""

    asked: LinkedCount
    slices: dict[str, LinkedCount]
    percent_on_time: int | None


@dataclass(frozen=True, slots=True)
class DayOfWaits:
    """A day's askers and what became of them; where they are few, each of them."""

    day: date
    responses: response_figures.ResponseFigures
    dots: list[response_figures.FirstWait]
    asked: LinkedCount
    parts: dict[str, LinkedCount]

    @property
    def has_percentiles(self) -> bool:
        return self.responses.measured >= FEW

    @property
    def told(self) -> list[LinkedCount]:
        """Return the parts that are told however few are in them."""
        return [number for part, number in self.parts.items() if part not in REST]

    @property
    def rest(self) -> dict[str, LinkedCount]:
        """Return the parts of those who ask for no answer any more, or whose answer is misdated: where any are."""
        return {part: self.parts[part] for part in REST if self.parts[part].count}


def at_this_instant(view: BoardView) -> StandingNow:
    """Count where the live tickets stand, in one pass."""
    rules = {name: Count("pk", filter=rule(view.now)) for name, rule in ticket_selection.STANDS.items()}
    found = view.standings.aggregate(**rules, oldest=Min("waiting_since"), live=Count("pk"))
    since, live = found.pop("oldest"), found.pop("live")
    numbers = {name: LinkedCount(count, view.query(place=name)) for name, count in found.items()}
    longest = view.standings.filter(waiting_since=since).values_list("ticket__reference", flat=True)
    return StandingNow(
        **numbers,
        live=live,
        oldest_wait_since=since,
        oldest_ticket=longest.first() if since else None,
        unattended=_unattended(view),
    )


def _unattended(view: BoardView) -> list[Queue]:
    """Return the queues without people that tickets are in or come to; only an admin can see any."""
    if not view.agent.is_admin:
        return []
    tickets = Standing.objects.filter(environment=view.environment, queue=OuterRef("pk"))
    stores = Store.objects.in_environment(view.environment).filter(default_queue=OuterRef("pk"))
    reached = Queue.objects.filter(Exists(tickets) | Exists(stores)).without_people().order_by("name")
    return list(reached if view.queue_id is None else reached.filter(pk=view.queue_id))


def kept(view: BoardView, day: date) -> DayOfPromises:
    """Count the slices of what was promised to those who asked on a day."""
    clocks = _asked_on(view, day).clocks(view.tickets, now=view.now)
    promises = promise_slices.promises(clocks, now=view.now)
    slices = {
        name: LinkedCount(count, _asked_on(view, day, name).query())
        for name, count in promises.counts.items()
    }
    asked, share = LinkedCount(sum(promises.counts.values()), _asked_on(view, day).query()), promises.on_time
    return DayOfPromises(asked, slices, None if share is None else int(share * 100))


def days(view: BoardView) -> list[DayOfWaits]:
    """Return the last fourteen days, today last."""
    groups = response_figures.by_day(
        response_figures.waits(asked(view), now=view.now), days=DAYS, zone=view.zone, now=view.now
    )
    return [_day(view, day, waits) for day, waits in groups.items()]


def asked(view: BoardView) -> QuerySet[Clock]:
    """Return the first-response clocks of what was asked on these fourteen days."""
    days = DaySpan(view.today - timedelta(days=DAYS - 1), None)
    return ClockSelection(asked=days, zone=view.zone).clocks(view.tickets, now=view.now)


def targets(view: BoardView) -> list[PromisedTarget]:
    """Return the targets of first responses that were promised on these days, each once."""
    promised = asked(view).filter(promise_slices.PROMISED, target__isnull=False).order_by()
    found = promised.values_list("target", "basis", "calendar_version").distinct()
    edition = book.current()
    return [
        PromisedTarget(target, basis, version.hours if version else None)
        for target, basis, number in found
        if target is not None
        for version in [edition.calendar_version(number)]
    ]


def _day(view: BoardView, day: date, waits: list[response_figures.FirstWait]) -> DayOfWaits:
    responses = response_figures.first_response(waits)
    return DayOfWaits(
        day=day,
        responses=responses,
        dots=waits if responses.measured < FEW else [],
        asked=LinkedCount(responses.n, _asked_on(view, day).query()),
        parts={
            part: LinkedCount(count, _asked_on(view, day, part).query())
            for part, count in responses.parts.items()
        },
    )


def _asked_on(view: BoardView, day: date, slice_: str = "") -> ClockSelection:
    """Return the first responses to what was asked on a day."""
    return ClockSelection(asked=DaySpan.of(day), zone=view.zone, slice_=slice_, queue_id=view.queue_id)
