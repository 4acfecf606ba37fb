"""The numbers of the board, each with the address of exactly its tickets."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Final
from urllib.parse import urlencode

from django.db.models import Count, Min, QuerySet

from helpdesk.models import Agent, Ticket
from helpdesk.models.ticket import TicketQuerySet
from monitor.models import Clock, Standing
from monitor.models.standing import StandingQuerySet
from monitor.reports import response_figures, ticket_selection

DAYS: Final = 14
FEW: Final = 20
"""Below so many tickets a percentile says little: each is shown for itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardView:
    """Who looks, at what, and when; days are those of the zone. No queue: all that the agent may see."""

    agent: Agent
    environment: str
    zone: tzinfo
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


@dataclass(frozen=True, slots=True)
class LinkedCount:
    """A count, and the query of the list that shows what was counted."""

    count: int
    query: str


@dataclass(frozen=True, slots=True)
class StandingNow:
    """Where live tickets stand at this instant."""

    late: LinkedCount
    at_risk: LinkedCount
    soon: LinkedCount
    unacknowledged: LinkedCount
    waiting: LinkedCount
    oldest_wait_since: datetime | None
    oldest_ticket: str | None


@dataclass(frozen=True, slots=True)
class DayOfPromises:
    """What became of the promises to those who asked on a day; the share is of what is decided."""

    slices: dict[str, LinkedCount]
    percent_on_time: int | None


@dataclass(frozen=True, slots=True)
class DayOfWaits:
    """A day's askers and what became of them; where they are few, each of them."""

    day: date
    responses: response_figures.ResponseFigures
    dots: list[response_figures.FirstWait]
    asked: LinkedCount
    waiting: LinkedCount
    unanswered: LinkedCount

    @property
    def has_percentiles(self) -> bool:
        return self.responses.n >= FEW


def at_this_instant(view: BoardView) -> StandingNow:
    """Count where the live tickets stand, in one pass."""
    rules = {name: Count("pk", filter=rule(view.now)) for name, rule in ticket_selection.STANDS.items()}
    found = view.standings.aggregate(**rules, oldest=Min("waiting_since"))
    since = found.pop("oldest")
    numbers = {name: LinkedCount(count, view.query(place=name)) for name, count in found.items()}
    longest = view.standings.filter(waiting_since=since).values_list("ticket__reference", flat=True)
    return StandingNow(**numbers, oldest_wait_since=since, oldest_ticket=longest.first() if since else None)


def kept(view: BoardView, day: date) -> DayOfPromises:
    """Count the four slices of what was promised to those who asked on a day."""
    promises = response_figures.promises(
        ticket_selection.asked_on(view.tickets, day, view.zone), now=view.now
    )
    slices = {name: LinkedCount(count, _query(view, day, name)) for name, count in asdict(promises).items()}
    share = promises.on_time
    return DayOfPromises(slices, None if share is None else int(share * 100))


def days(view: BoardView) -> list[DayOfWaits]:
    """Return the last fourteen days, today last."""
    groups = response_figures.by_day(
        response_figures.waits(asked(view), now=view.now), days=DAYS, zone=view.zone, now=view.now
    )
    return [_day(view, day, waits) for day, waits in groups.items()]


def asked(view: BoardView) -> QuerySet[Clock]:
    """Return the first-response clocks of what was asked on these fourteen days."""
    return ticket_selection.asked_since(view.tickets, view.today - timedelta(days=DAYS - 1), view.zone)


def target(view: BoardView) -> float | None:
    """Return the target of a first response in seconds, where all promises of these days have the same."""
    targets = (
        asked(view)
        .filter(response_figures.PROMISED)
        .order_by()
        .values_list("target", flat=True)
        .distinct()[:2]
    )
    found = list(targets)
    return found[0].total_seconds() if len(found) == 1 and found[0] else None


def _day(view: BoardView, day: date, waits: list[response_figures.FirstWait]) -> DayOfWaits:
    responses = response_figures.first_response(waits)
    return DayOfWaits(
        day=day,
        responses=responses,
        dots=waits if responses.n < FEW else [],
        asked=LinkedCount(responses.n, _query(view, day)),
        waiting=LinkedCount(responses.waiting, _query(view, day, "waiting")),
        unanswered=LinkedCount(responses.unanswered, _query(view, day, "never-answered")),
    )


def _query(view: BoardView, day: date, slice_: str = "") -> str:
    return view.query(asked=day.isoformat(), **({"first_response": slice_} if slice_ else {}))
