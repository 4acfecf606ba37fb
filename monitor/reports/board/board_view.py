"""What the board is looked at by: who looks, at which days, tickets and clocks; and the addresses that say so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Final, Self, TypeVar
from urllib.parse import quote_plus, urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from helpdesk.models import Agent, Queue, Ticket
from helpdesk.models.ticket import TicketQuerySet
from monitor.clock.metrics import Metric
from monitor.models import Standing, UncountedTicket
from monitor.models.standing import StandingQuerySet
from monitor.reports import cell_figures
from monitor.reports.cell_figures import CellFigures
from monitor.reports.clock_selection import CONDITIONS, NONE
from monitor.reports.rollup.cell_reading import CellReading, CellScope, DayCounts
from monitor.reports.rollup.live_tally import CountedCells, CountedRows, LiveTally
from monitor.reports.rollup.ticket_share import NO_TOPIC

DAYS: Final = 14
"""So many days are shown where nothing else is asked for, today last."""
BY_WEEK: Final = 31
"""Of more days than that, each point of a chart is a week."""
MOST_DAYS: Final = 366
Told = TypeVar("Told")
NAMES: Final = {"queue": "queue_id"} | {name: column for column, name in CONDITIONS.items()}
"""What an address calls that which tickets can be narrowed by, and what they do."""


@dataclass(frozen=True, slots=True)
class Span:
    """Some days, the first and the last of them among them."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Span:
        """Return as many days, up to the day before these."""
        return Span(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    def pieces(self) -> list[Span]:
        """Return each day by itself, or, of more than a month, weeks counted back from the last day."""
        step = timedelta(days=1 if self.days <= BY_WEEK else 7)
        ends: list[date] = []
        end = self.last
        while end >= self.first:
            ends.append(end)
            end -= step
        return [Span(max(self.first, end - step + timedelta(days=1)), end) for end in reversed(ends)]

    def of(self, days: Mapping[date, Told]) -> Iterator[Told]:
        """Yield what is told of these days, where anything is."""
        return (days[day] for day in self if day in days)

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=number) for number in range(self.days))

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}..{self.last}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardFilter:
    """What the filter bar asks for: days, tickets of these values (`NAMES`), a metric, and which time is counted.

    Without a span it is the last `days`.
    """

    values: Mapping[str, str | int] = field(default_factory=dict)
    span: Span | None = None
    days: int = DAYS
    metric: str = Metric.FIRST_RESPONSE
    open_time: bool = False
    compared: bool = False

    @property
    def queue_id(self) -> int | None:
        queue = self.values.get("queue")
        return queue if isinstance(queue, int) else None

    @property
    def address(self) -> dict[str, str]:
        """Return what an address says of which tickets are meant."""
        told = {name: str(value) for name, value in self.values.items() if value}
        return told | {name: NONE for name, value in self.values.items() if not value}

    @property
    def whole_address(self) -> dict[str, str]:
        """Return all of it, as the board's own address says it: what is as usual is left out."""
        told = self.address
        if self.span:
            told |= {"from": str(self.span.first), "to": str(self.span.last)}
        elif self.days != DAYS:
            told["days"] = str(self.days)
        if self.metric != Metric.FIRST_RESPONSE:
            told["metric"] = self.metric
        return (
            told | ({"time": "open"} if self.open_time else {}) | ({"compared": "1"} if self.compared else {})
        )

    @property
    def is_narrowed(self) -> bool:
        """Tell whether more is asked for than a queue and one of the usual periods."""
        return bool(self.values.keys() - {"queue"} or self.span)

    def over(self, days: int) -> Self:
        """Return the same for the last so many days."""
        return replace(self, span=None, days=days)


@dataclass(frozen=True, slots=True)
class LinkedCount:
    """A count, and the query of the list that shows what was counted."""

    count: int
    query: str


@dataclass(frozen=True, kw_only=True)
class BoardView:
    """Who looks, at what, and when. `reading`: the figures; None while there are none yet.

    What it has read once it keeps: panels ask for the same counts. Where its links are `followed_from_elsewhere`,
    they say the environment, too: pages show one, which their viewer has chosen. Where `now` `is_past`, they say when.
    """

    agent: Agent
    environment: str
    now: datetime
    filter: BoardFilter = BoardFilter()
    reading: CellReading | None = None
    followed_from_elsewhere: bool = False
    is_past: bool = False

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone whose days and hours are meant: the figures', and not the viewer's."""
        return self.reading.zone if self.reading else ZoneInfo(settings.REPORTS_ZONE)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def span(self) -> Span:
        return self.filter.span or Span(self.today - timedelta(days=self.filter.days - 1), self.today)

    @property
    def queue_id(self) -> int | None:
        return self.filter.queue_id

    @property
    def tickets(self) -> TicketQuerySet:
        """Return the tickets that are meant, of those that the agent may see."""
        seen = Ticket.objects.visible_to(self.agent).in_environment(self.environment)
        return seen.filter(_rule(self.filter.values))

    @property
    def uncounted(self) -> int:
        """Return how many of them could not be brought into the figures."""
        return self.tickets.filter(pk__in=UncountedTicket.objects.values("pk")).count()

    @property
    def standings(self) -> StandingQuerySet:
        """Return where those of them stand that are live."""
        standings = Standing.objects.filter(environment=self.environment)
        if self.queues is not None:
            standings = standings.filter(queue__in=self.queues)
        own = {name: value for name, value in self.filter.values.items() if name in _OF_STANDINGS}
        others = {name: value for name, value in self.filter.values.items() if name not in _OF_STANDINGS}
        return standings.filter(_rule(own), _rule(others, of="ticket__"))

    @cached_property
    def live(self) -> LiveTally:
        """Return how many of them that are live stand where."""
        counts = self.reading.live(self.scope) if self.reading else None
        return CountedRows(self.standings, self.now) if counts is None else CountedCells(counts, self.now)

    @property
    def scope(self) -> CellScope:
        """Return the same tickets as cells have them."""
        told = {NAMES[name]: value for name, value in self.filter.values.items() if name != "queue"}
        return CellScope(environment=self.environment, queues=self.queues, values=told)

    @cached_property
    def queues(self) -> tuple[int, ...] | None:
        """Return the queues that are meant, of those that the agent may see; None for every one."""
        if self.agent.is_admin and self.queue_id is None:
            return None
        seen = Queue.objects.visible_to(self.agent)
        if self.queue_id is not None:
            seen = seen.filter(pk=self.queue_id)
        return tuple(seen.values_list("pk", flat=True))

    def counts(self, metric: str, span: Span) -> DayCounts:
        """Return what cells count of these days, not to be changed; nothing where there are no figures yet."""
        if self.reading is None:
            return {}
        if (metric, span) not in self._counted:
            self._counted[metric, span] = self.reading.days(self.scope, metric, span.first, span.last)
        return self._counted[metric, span]

    def figures(self, metric: str, span: Span) -> Mapping[date, CellFigures]:
        """Return what cells say of each of these days that has any, in whole time; not to be changed either."""
        if (metric, span) not in self._told:
            counts = self.counts(metric, span)
            self._told[metric, span] = {
                day: cell_figures.figures(one, now=self.now) for day, one in counts.items()
            }
        return self._told[metric, span]

    def slices(self, metric: str, span: Span) -> Mapping[date, Counter[str]]:
        """Return the slices of each of these days that has any; where no wait is asked for, that is less to do."""
        if (metric, span) in self._told:
            return {day: one.slices for day, one in self._told[metric, span].items()}
        if (metric, span) not in self._sliced:
            counts = self.counts(metric, span)
            self._sliced[metric, span] = {
                day: cell_figures.slices(one, now=self.now) for day, one in counts.items()
            }
        return self._sliced[metric, span]

    @cached_property
    def _sliced(self) -> dict[tuple[str, Span], Mapping[date, Counter[str]]]:
        return {}

    @cached_property
    def _counted(self) -> dict[tuple[str, Span], DayCounts]:
        return {}

    @cached_property
    def _told(self) -> dict[tuple[str, Span], Mapping[date, CellFigures]]:
        return {}

    def query(self, **what: str) -> str:
        """Return the query by which a list of tickets shows this, of the same tickets."""
        told, (address, same) = _encoded(what), self._same_tickets
        if address.keys() & what.keys():
            return _encoded({**what, **address})
        return f"{told}&{same}" if told and same else told or same

    @cached_property
    def _same_tickets(self) -> tuple[Mapping[str, str], str]:
        """Return what an address says of which tickets are meant, and as a query: hundreds of links end with it."""
        address = self.filter.address | self.place
        return address, urlencode(address)

    @property
    def place(self) -> dict[str, str]:
        """Return what its links say of where, or when, they lead to."""
        if self.is_past:
            return {"at": f"{self.now.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"}
        return {"environment": self.environment} if self.followed_from_elsewhere else {}

    def query_of_days(self, **what: str) -> str:
        """Return the same where days are spoken of: with the zone whose days they are, whoever follows it."""
        return self.query(**what, zone=self.zone.key)

    def asked_query(self, span: Span, slice_: str = "", *, metric: str = "", **more: str) -> str:
        """Return the query of those who asked on these days, or of a slice of them."""
        metric = metric or self.filter.metric
        told = {"asked": str(span)} | ({} if metric == Metric.FIRST_RESPONSE else {"metric": metric})
        return self.query_of_days(**told, **({"slice": slice_} if slice_ else {}), **more)

    @property
    def board_query(self) -> str:
        """Return the query by which the board shows this, whatever it opens with by itself."""
        return urlencode((self.filter.whole_address or {"days": str(DAYS)}) | self.place)


def _encoded(what: Mapping[str, str]) -> str:
    """Return a query, as `urlencode` does; a page has hundreds, and says the same over and over."""
    return "&".join([f"{name}={_quoted(value)}" for name, value in what.items()])


_quoted: Final = lru_cache(maxsize=4096)(quote_plus)
_OF_STANDINGS: Final = frozenset({"queue", "store"})
OF_THE_QUEUE: Final = frozenset({"queue", "store", "priority"})
"""What the queue can be narrowed by."""


def _rule(values: Mapping[str, str | int], *, of: str = "") -> Q:
    """Return the rule that keeps the tickets of these values."""
    told = {name: None if (name, value) == ("topic", NO_TOPIC) else value for name, value in values.items()}
    return Q(**{f"{of}{NAMES[name]}": value for name, value in told.items()})
