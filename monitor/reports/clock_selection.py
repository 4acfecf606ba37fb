"""Which clocks a number counts, and the address of the list that shows exactly their tickets: one rule for both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay
from django.db.models.lookups import Exact

from helpdesk.models import Ticket
from monitor.clock.metrics import BESIDE, PROMISED, RESPONSES, Metric
from monitor.excusals import said_rules
from monitor.models import Clock
from monitor.models.clock import ClockQuerySet
from monitor.reports import first_answers
from monitor.reports.adjusted.hidden_lateness import is_hidden_by
from monitor.reports.promise_slices import BROKEN, DECIDED, PROMISES
from monitor.reports.wait_parts import ANSWERED, WAITS, Rules

UTC_ZONE: Final = ZoneInfo("UTC")
NONE: Final = "none"
"""How an address says that a ticket has no topic, tier or language."""

METRICS: Final[Mapping[str, tuple[Metric, ...]]] = {
    **{metric.value: (Metric(first_answers.stored_as(metric)),) for metric in Metric},
    "responses": RESPONSES,
    "promises": PROMISED,
}
"""What a selection can be of: a metric, or several that are counted together."""


def _any_of(*slices: str) -> Callable[[datetime], Q]:
    def rule(now: datetime) -> Q:
        either = Q()
        for name in slices:
            either |= PROMISES[name](now)
        return either

    return rule


SLICES: Final[Rules] = {
    **PROMISES,
    **WAITS,
    "decided": _any_of(*DECIDED),
    "broken": _any_of(*BROKEN),
}
"""What became of clocks; `decided` and `broken` add slices of `PROMISES` up, for shares of them."""

CONDITIONS: Final = {
    "store_id": "store",
    "priority": "priority",
    "tier": "tier",
    "topic_id": "topic",
    "channel": "channel",
    "language": "language",
}
"""What a ticket can be selected by beside its queue, and what an address calls it."""


class DaySpan(NamedTuple):
    """Days from the first to the last; None: from ever, or for ever."""

    first: date | None
    last: date | None

    @classmethod
    def of(cls, day: date) -> DaySpan:
        """Return a day alone."""
        return cls(day, day)

    def __str__(self) -> str:
        """Return it as an address says it."""
        if self.first == self.last:
            return str(self.first)
        return f"{self.first or ''}..{self.last or ''}"

    def rule(self, column: str, zone: tzinfo) -> Q:
        """Return the rule that an instant lies on these days of a zone."""
        rule = Q()
        if self.first:
            rule &= Q((f"{column}__gte", bounds(self.first, zone)[0]))
        if self.last:
            rule &= Q((f"{column}__lt", bounds(self.last, zone)[1]))
        return rule


class InstantSpan(NamedTuple):
    """Time after an instant, or from ever, until another: what falls due then is due *by* its end."""

    after: datetime | None
    until: datetime

    def __str__(self) -> str:
        """Return it as an address says it."""
        return "..".join(
            f"{each.astimezone(UTC).replace(tzinfo=None).isoformat()}Z" if each else "" for each in self
        )

    def rule(self, column: str) -> Q:
        """Return the rule that an instant lies in it."""
        until = Q((f"{column}__lte", self.until))
        return until & Q((f"{column}__gt", self.after)) if self.after else until


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSelection:
    """Clocks of a metric, by the day of asking, what became of them, and what their tickets are.

    `asked` and `ended` are days of the zone, `hour` (0 to 23) and `weekday` (ISO, 1 to 7) those of asking there; what
    has `ended` was answered, or resolved, then. `due`: it runs, and is late after that, or already. `cause`,
    `is_excused` and `freeze` are what was said of it (`excusals/said_rules.py`), `hiding` what may hide lateness.
    `values` are of `CONDITIONS`, by its keys: no topic is 0, no tier or language "". Clocks for which nobody waited
    are in no selection.
    """

    metric: str = Metric.FIRST_RESPONSE.value
    asked: DaySpan | None = None
    ended: DaySpan | None = None
    due: InstantSpan | None = None
    zone: ZoneInfo = UTC_ZONE
    hour: int | None = None
    weekday: int | None = None
    slice_: str = ""
    cause: int | None = None
    is_excused: bool | None = None
    freeze: int | None = None
    hiding: str = ""
    queue_id: int | None = None
    values: Mapping[str, str | int] = field(default_factory=dict)

    def clocks(self, tickets: QuerySet[Ticket], *, now: datetime) -> ClockQuerySet:
        """Return the clocks of these tickets that are selected."""
        return Clock.objects.filter(self.rule(now), ticket__in=tickets.filter(self.conditions))

    def tickets(self, *, now: datetime) -> Q:
        """Return the rule about tickets that one of these clocks runs on them; their own conditions stand beside."""
        return Q(Exists(Clock.objects.filter(self.rule(now), ticket=OuterRef("pk"))))

    @property
    def conditions(self) -> Q:
        """Return the rule about the tickets themselves."""
        told = {
            name: None if name == "topic_id" and not value else value for name, value in self.values.items()
        }
        return Q(**told) if self.queue_id is None else Q(**told, queue=self.queue_id)

    def rule(self, now: datetime) -> Q:
        """Return the rule about clocks, whatever their tickets; raises `KeyError` for an unknown metric or slice."""
        waited = first_answers.somebody_waited(self.metric)
        rule = Q(superseded_at=None, metric__in=METRICS[self.metric]) & waited
        if self.asked:
            rule &= self.asked.rule("started_at", self.zone)
        if self.ended:
            rule &= self._answered(self.ended)
        if self.due:
            rule &= Q(ended_at=None) & self.due.rule("breach_at")
        if self.hour is not None:
            rule &= Q(Exact(ExtractHour("started_at", tzinfo=self.zone), self.hour))
        if self.weekday is not None:
            rule &= Q(Exact(ExtractIsoWeekDay("started_at", tzinfo=self.zone), self.weekday))
        rule &= self._said_of_it()
        return rule & self._came_out(now) if self.slice_ else rule

    def _said_of_it(self) -> Q:
        rule = Q() if self.cause is None else said_rules.has_cause(self.cause)
        if self.hiding:
            rule &= is_hidden_by(self.hiding)
        if self.freeze is not None:
            rule &= said_rules.excused_by_freeze(self.freeze)
        if self.is_excused is None:
            return rule
        return rule & (said_rules.IS_EXCUSED if self.is_excused else ~said_rules.IS_EXCUSED)

    def _answered(self, days: DaySpan) -> Q:
        on_days = days.rule("ended_at", self.zone)
        if self.metric not in BESIDE:
            return Q(outcome__in=ANSWERED) & on_days
        column = first_answers.OTHER_COLUMNS[self.metric].at
        return first_answers.answered_between(self.metric, on_days, days.rule(column, self.zone))

    def _came_out(self, now: datetime) -> Q:
        rule = SLICES[self.slice_](now)
        return first_answers.part(self.metric, self.slice_, now) if self.metric in BESIDE else rule

    def query(self, **more: str | int) -> str:
        """Return the query by which the list of tickets shows exactly these; `more`, such as `figure`, goes along."""
        return urlencode([*self._said(), *more.items()])

    def _said(self) -> Iterator[tuple[str, str]]:
        """Yield what an address says, each by its name."""
        said = {
            "asked": self.asked,
            "resolved" if self._is_of_resolutions else "answered": self.ended,
            "due": self.due,
            "hour": self.hour,
            "weekday": self.weekday,
            "slice": self.slice_ or None,
            "cause": NONE if self.cause == said_rules.NO_CAUSE else self.cause,
            "excused": {True: "yes", False: "no", None: None}[self.is_excused],
            "freeze": self.freeze,
            "hides": self.hiding or None,
        }
        yield from ((name, str(value)) for name, value in said.items() if value is not None)
        if not self._is_of_resolutions:
            yield "metric", self.metric
        if self.asked or self.ended or self.hour is not None or self.weekday is not None:
            yield "zone", self.zone.key
        if self.queue_id is not None:
            yield "queue", str(self.queue_id)
        for name, value in self.values.items():
            yield CONDITIONS[name], str(value or NONE)

    @property
    def _is_of_resolutions(self) -> bool:
        return self.ended is not None and self.metric == Metric.RESOLUTION


def bounds(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return when a local day begins, and when the next one does."""
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone)
