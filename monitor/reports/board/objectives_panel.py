"""Whether months keep their objectives: the running one as it stands, and those that are over under their numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Final

from monitor.models import ClosedMonth, Objective
from monitor.reports.adjusted import excused_clocks, said_of_promises
from monitor.reports.board.board_view import BoardFilter, BoardView, LinkedCount, Span
from monitor.reports.objectives import calendar_month, month_figures
from monitor.reports.objectives.calendar_month import month_of, months_after
from monitor.reports.objectives.month_closing import EARLIEST
from monitor.reports.objectives.month_figures import BESIDE, MonthFigures

MONTHS: Final = 6
SHOWN: Final = 3
"""So many objectives are told of on the board itself."""


@dataclass(frozen=True, slots=True)
class MonthCount:
    """A number of a month; of a closed one as it was then, with what it would be now where that differs.

    The link shows what would be counted now.
    """

    count: int
    now: LinkedCount

    @property
    def has_changed(self) -> bool:
        return self.count != self.now.count


@dataclass(frozen=True, slots=True)
class ObjectiveMonth:
    """A month of an objective. `later`: what a closed one would come to now, where that differs."""

    objective: Objective
    month: date
    figures: MonthFigures
    later: MonthFigures | None
    closed_at: datetime | None
    is_over: bool
    decided: MonthCount
    broken: MonthCount
    undecided: MonthCount
    beside: dict[str, MonthCount]
    excused: LinkedCount

    @property
    def adjusted_per_mille(self) -> int | None:
        """Return the share kept, as counted now, without what is excused by now; None of none."""
        now = self.later or self.figures
        return excused_clocks.adjusted_per_mille(now.met, now.broken, self.excused.count)


@dataclass(frozen=True, slots=True)
class ObjectiveMonths:
    """The months of one objective, the newest first."""

    objective: Objective
    months: list[ObjectiveMonth]

    @property
    def running(self) -> ObjectiveMonth:
        return self.months[0]

    @property
    def any_excused(self) -> bool:
        return any(one.excused.count for one in self.months)


@dataclass(frozen=True, slots=True)
class ObjectivesPanel:
    """What is told of: the first with its last months, others with their running one, and how many more there are."""

    told: list[ObjectiveMonths]
    more: int

    @property
    def first(self) -> ObjectiveMonths | None:
        return self.told[0] if self.told else None


def panel(view: BoardView) -> ObjectivesPanel:
    """Return what stands on the board: objectives of the queue that is looked at, else of every queue and each."""
    counting = objectives(view)
    return ObjectivesPanel(
        [*of(view, counting[:1], count=MONTHS), *of(view, counting[1:SHOWN], count=1)],
        len(counting[SHOWN:]),
    )


def objectives(view: BoardView) -> list[Objective]:
    """Return what counts in the running month and the viewer may see; the metric that is looked at comes first."""
    seen = Objective.objects.visible_to(view.agent)
    if view.queue_id is not None:
        seen = seen.filter(queue=view.queue_id)
    counting = seen.in_month(month_of(view.today))
    return sorted(counting, key=lambda one: one.metric != view.filter.metric)


def of(view: BoardView, counting: Sequence[Objective], *, count: int = EARLIEST) -> list[ObjectiveMonths]:
    """Return the running month of each of these objectives, and of the months before it those that had one."""
    if view.reading is None or not counting:
        return []
    running = month_of(view.today)
    months = [months_after(running, -number) for number in range(count)]
    closed = _closed(view, counting, since=months[-1])
    then = {month: {one.place: one for one in _in_month(counting, month)} for month in months}
    return [
        ObjectiveMonths(
            objective,
            [
                _month(view, then[month][objective.place], month, closed.get((*objective.place, month)))
                for month in months
                if objective.place in then[month]
            ],
        )
        for objective in counting
    ]


def _in_month(counting: Sequence[Objective], month: date) -> list[Objective]:
    """Return what counted in a month of what these objectives are of; what was so long before is not asked for."""
    if all(one.from_month <= month for one in counting):
        return list(counting)
    return Objective.objects.in_month(month)


def _closed(
    view: BoardView, counting: Iterable[Objective], *, since: date
) -> dict[tuple[str, int | None, date], ClosedMonth]:
    found = ClosedMonth.objects.of(counting).filter(environment=view.environment, month__gte=since)
    return {(one.metric, one.queue_id, one.month): one for one in found.select_related("objective__queue")}


def _month(view: BoardView, objective: Objective, month: date, closed: ClosedMonth | None) -> ObjectiveMonth:
    if closed is None:
        then = now = _live(view, objective, month)
    else:
        objective = closed.objective
        then = MonthFigures(closed.counts, objective.per_mille or 0)
        now = then if closed.later is None else MonthFigures(closed.later, then.promised)
    counted = partial(_counted, view, objective, month)
    return ObjectiveMonth(
        objective=objective,
        month=month,
        figures=then,
        later=None if now == then else now,
        closed_at=closed.closed_at if closed else None,
        is_over=month < month_of(view.today),
        decided=counted("decided", then.decided, now.decided),
        broken=counted("broken", then.broken, now.broken),
        undecided=counted("undecided", then.undecided, now.undecided),
        beside=_beside(counted, then.slices, now.slices),
        excused=_excused(view, objective, month),
    )


def _excused(view: BoardView, objective: Objective, month: date) -> LinkedCount:
    """Return how many of a month's broken promises are excused by now, and where they are listed."""
    span = Span(month, calendar_month.last_day(month))
    seen = _seen_by_objective(view, objective, span)
    count = said_of_promises.excused_of(seen, objective.metric, span)
    return LinkedCount(count, seen.asked_query(span, "broken", excused="yes"))


def _counted(
    view: BoardView, objective: Objective, month: date, slice_: str, then: int, now: int
) -> MonthCount:
    """Return a number of a month, with the query of exactly the tickets that an objective counts."""
    span = Span(month, calendar_month.last_day(month))
    seen = _seen_by_objective(view, objective, span)
    return MonthCount(then, LinkedCount(now, seen.asked_query(span, slice_)))


def _seen_by_objective(view: BoardView, objective: Objective, span: Span) -> BoardView:
    queue = {} if objective.queue_id is None else {"queue": objective.queue_id}
    return replace(view, filter=BoardFilter(values=queue, span=span, metric=objective.metric))


def _beside(
    counted: Callable[[str, int, int], MonthCount], then: Mapping[str, int], now: Mapping[str, int]
) -> dict[str, MonthCount]:
    return {name: counted(name, then[name], now[name]) for name in BESIDE if then[name] or now[name]}


def _live(view: BoardView, objective: Objective, month: date) -> MonthFigures:
    assert view.reading is not None  # noqa: S101  # who asks has looked
    return month_figures.read(view.reading, objective, month, environment=view.environment, now=view.now)
