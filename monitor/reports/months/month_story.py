"""A reported month as a viewer may see it: what was reported of each place, what it would be now, and what changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Final, NamedTuple

from helpdesk.models import Agent, Queue
from monitor.clock.metrics import PROMISED, RESPONSES
from monitor.measure.survival import Percentile
from monitor.models import ReportedFigure, ReportedMonth
from monitor.reports.months import month_changes, reported_figures
from monitor.reports.months.month_changes import MonthChanges
from monitor.reports.months.reported_figures import FigurePlace
from monitor.reports.months.reported_selection import ReportedSelection
from monitor.reports.objectives.month_figures import MonthFigures
from monitor.reports.promise_slices import PROMISES


@dataclass(frozen=True)
class FigureThenNow:
    """A figure as it was reported, and as it would be now; `tickets`: by how many it differs."""

    place: FigurePlace
    figure: ReportedFigure | None
    now_counts: Counter[str]
    tickets: int
    now_adjusted: Counter[str] = field(default_factory=Counter)

    @cached_property
    def then(self) -> MonthFigures:
        counts = self.figure.counts if self.figure else {}
        return MonthFigures(dict.fromkeys(PROMISES, 0) | counts, self.promised or 0)

    @cached_property
    def now(self) -> MonthFigures:
        return MonthFigures(self.now_counts, self.promised or 0)

    @cached_property
    def adjusted_then(self) -> MonthFigures:
        """What was reported without what was excused."""
        counts = self.figure.adjusted if self.figure else None
        return MonthFigures(self.then.slices | counts, self.promised or 0) if counts else self.then

    @cached_property
    def adjusted_now(self) -> MonthFigures:
        """What it would be now without what is excused."""
        return MonthFigures(self.now_adjusted, self.promised or 0)

    @property
    def excused(self) -> tuple[int, int]:
        """How many were excused as it was reported, and how many would be now."""
        return self.then.broken - self.adjusted_then.broken, self.now.broken - self.adjusted_now.broken

    @property
    def promised(self) -> int | None:
        return self.figure.promised if self.figure else None

    @property
    def asked(self) -> int:
        """How many clocks were reported in all."""
        return sum(self.then.slices.values())

    @property
    def name(self) -> str:
        """Return what the place is called; nothing for every one."""
        return str(self.figure.queue or self.figure.store or "") if self.figure else ""

    def wait(self, time: str, share: str) -> Percentile:
        """Return within how many seconds a share was answered, in `whole` or `open` time."""
        return reported_figures.percentile(self.figure.waits[time][share]) if self.figure else None

    @property
    def half(self) -> Percentile:
        return self.wait("whole", "half")

    @property
    def nine_in_ten(self) -> Percentile:
        return self.wait("whole", "nine_in_ten")


class CountThenNow(NamedTuple):
    """A number as it was reported and as it would be now; `selection` lists what it counted.

    `now_query` is the query by which lists of tickets show what it would count now, where that is another number; ""
    where they would show more.
    """

    then: int
    now: int
    selection: ReportedSelection
    now_query: str


@dataclass(frozen=True)
class MetricStory:
    """What was reported of a metric: of all that the viewer may see, and of each queue and store."""

    metric: str
    whole: FigureThenNow
    queues: list[FigureThenNow] = field(default_factory=list)
    stores: list[FigureThenNow] = field(default_factory=list)

    @property
    def is_promised(self) -> bool:
        """Tell whether anything was promised of it, then or now."""
        sides = (self.whole.then, self.whole.now)
        return any(side.decided or side.undecided for side in sides)


@dataclass(frozen=True)
class MonthStory:
    """A reported month: its metrics in their order, and all that changed that the viewer may see.

    `of_all`: the viewer sees every queue, so that what is of all is not what some queues come to.
    """

    reported: ReportedMonth
    metrics: list[MetricStory]
    changes: MonthChanges
    of_all: bool

    @property
    def excuses(self) -> bool:
        """Tell whether anything was excused when it was reported, or is now."""
        return any(any(one.whole.excused) for one in self.metrics)

    def count(self, figure: FigureThenNow, part: str) -> CountThenNow:
        """Return how many of a figure came out like that, then and now."""
        selection = ReportedSelection.of(figure.place, part)
        return self._linked(figure.then.count(part), figure.now.count(part), selection)

    def excused(self, figure: FigureThenNow) -> CountThenNow:
        """Return how many broken promises of a figure were excused, then and now."""
        return self._linked(*figure.excused, ReportedSelection.of(figure.place, "broken", excused=True))

    def _linked(self, then: int, now: int, selection: ReportedSelection) -> CountThenNow:
        is_listed = now not in (0, then) and (self.of_all or selection.queue_id is not None)
        query = selection.now(self.reported).query(figure=now) if is_listed else ""
        return CountThenNow(then, now, selection, query)

    def figure(self, told: Mapping[str, str]) -> FigureThenNow | None:
        """Return the figure that an address names by its metric, and its queue or store; None where there is none."""
        for one in self.metrics:
            for figure in (one.whole, *one.queues, *one.stores):
                place = figure.place
                said = {"metric": place.metric, "queue": place.queue_id, "store": place.store_id}
                if {name: str(value) for name, value in said.items() if value} == dict(told):
                    return figure
        return None


def tell(reported: ReportedMonth, *, agent: Agent, now: datetime) -> MonthStory:
    """Return what an agent may see of a reported month, as it stands now."""
    changes = month_changes.of(reported, now=now)
    if not agent.is_admin:
        changes = changes.in_queues(set(Queue.objects.visible_to(agent).values_list("pk", flat=True)))
    figures = list(reported.figures.visible_to(agent).select_related("queue", "store"))
    by_place = {FigurePlace(one.metric, one.queue_id, one.store_id): one for one in figures}
    told = [_metric(metric, by_place, changes, agent) for metric in _ORDER]
    shown = [one for one in told if one.whole.asked or one.whole.tickets]
    return MonthStory(reported, sorted(shown, key=lambda one: not one.is_promised), changes, agent.is_admin)


def _metric(
    metric: str, figures: dict[FigurePlace, ReportedFigure], changes: MonthChanges, agent: Agent
) -> MetricStory:
    places = {place for place in (*figures, *changes.net) if place.metric == metric}
    told = {place: _figure(place, figures.get(place), changes) for place in places}
    queues = sorted((one for one in told.values() if one.place.queue_id), key=lambda one: one.name)
    stores = sorted(
        (one for one in told.values() if one.place.store_id and agent.is_admin), key=lambda one: one.name
    )
    every = FigurePlace(metric, None, None)
    if agent.is_admin:
        whole = told.get(every) or _figure(every, None, changes)
    else:
        queues = [one for one in queues if one.figure]
        whole = _sum(every, queues)
    return MetricStory(metric, whole, queues, stores)


def _figure(place: FigurePlace, figure: ReportedFigure | None, changes: MonthChanges) -> FigureThenNow:
    then = figure.counts if figure else {}
    return FigureThenNow(
        place,
        figure,
        _added(then, changes.net.get(place, {})),
        len(changes.tickets.get(place, ())),
        _added((figure and figure.adjusted) or then, changes.net_adjusted.get(place, {})),
    )


def _added(*some: Mapping[str, int]) -> Counter[str]:
    counts = Counter(dict.fromkeys(PROMISES, 0))
    for one in some:
        counts.update(one)
    return counts


def _sum(place: FigurePlace, queues: list[FigureThenNow]) -> FigureThenNow:
    """Return what the figures of some queues come to: counts add up, waits and objectives do not."""
    figure = ReportedFigure(
        metric=place.metric,
        counts=dict(_added(*(one.then.slices for one in queues))),
        adjusted=dict(_added(*(one.adjusted_then.slices for one in queues))),
        waits=NO_WAITS,
    )
    now = _added(*(one.now.slices for one in queues))
    adjusted = _added(*(one.adjusted_now.slices for one in queues))
    return FigureThenNow(place, figure, now, sum(one.tickets for one in queues), adjusted)


_ORDER: Final = (*RESPONSES, *(metric for metric in PROMISED if metric not in RESPONSES))
"""Answers come first: they are what is asked about."""
_NOBODY: Final = {"half": None, "nine_in_ten": None, "measured": 0}
NO_WAITS: Final = {"whole": _NOBODY, "open": _NOBODY}
