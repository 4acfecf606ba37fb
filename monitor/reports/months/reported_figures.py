"""The figures of a reported month: made of its clocks once, when it is closed, and read as they were written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, LiteralString, NamedTuple

from helpdesk.database.statement import run
from monitor.clock.metrics import Outcome
from monitor.measure.survival import (
    HALF,
    NEVER,
    NINE_IN_TEN,
    MoreThan,
    Never,
    Observation,
    Percentile,
    percentiles,
)
from monitor.models import Objective, ReportedFigure, ReportedMonth
from monitor.relay import book
from monitor.reports.promise_slices import PROMISES
from monitor.reports.wait_parts import ANSWERED, LEFT

Waits = Counter[Observation]


class FigurePlace(NamedTuple):
    """Of which clocks a figure is: of a metric, in a queue, of a store, or, without either, of all."""

    metric: str
    queue_id: int | None
    store_id: int | None


@dataclass(slots=True)
class _Gathered:
    """What is known of the clocks of a place."""

    counts: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(PROMISES, 0)))
    excused: Counter[str] = field(default_factory=Counter)
    whole: Waits = field(default_factory=Counter)
    open_time: Waits = field(default_factory=Counter)

    @property
    def adjusted(self) -> dict[str, int] | None:
        """Return the counts without what is excused; None where nothing is."""
        left = Counter(self.counts)
        left.subtract(self.excused)
        return dict(left) if self.excused else None

    @property
    def waits(self) -> dict[str, Any]:
        return {"whole": _told(self.whole), "open": _told(self.open_time)}


def places(metric: str, queue_id: int, store_id: int) -> tuple[FigurePlace, FigurePlace, FigurePlace]:
    """Return of which figures a clock is one."""
    return (
        FigurePlace(metric, None, None),
        FigurePlace(metric, queue_id, None),
        FigurePlace(metric, None, store_id),
    )


def write(reported: ReportedMonth, *, now: datetime) -> None:
    """Write what the clocks of a month come to."""
    found: dict[FigurePlace, _Gathered] = defaultdict(_Gathered)
    for metric, queue_id, store_id, came_out, excused, count in run(_COUNTS, [reported.pk]):
        for place in places(metric, queue_id, store_id):
            found[place].counts[came_out] += count
            if excused:
                found[place].excused[came_out] += count
    for metric, queue_id, store_id, whole, open_time, count in _observations(reported, now):
        for place in places(metric, queue_id, store_id):
            found[place].whole[whole] += count
            found[place].open_time[open_time] += count
    promised = {one.place: one.per_mille for one in Objective.objects.in_month(reported.month)}
    ReportedFigure.objects.bulk_create(
        ReportedFigure(
            reported=reported,
            **place._asdict(),
            counts=dict(one.counts),
            adjusted=one.adjusted,
            promised=None if place.store_id else promised.get((place.metric, place.queue_id)),
            waits=one.waits,
        )
        for place, one in found.items()
    )


def percentile(told: Any) -> Percentile:
    """Read a percentile as it was written."""
    match told:
        case {"more_than": seconds}:
            return MoreThan(seconds)
        case {"never": people}:
            return Never(people)
    return told  # type: ignore[no-any-return]  # seconds, or none


def _told(waits: Waits) -> dict[str, Any]:
    half, nine = percentiles(waits, (HALF, NINE_IN_TEN))
    return {"half": _written(half), "nine_in_ten": _written(nine), "measured": waits.total()}


def _written(found: Percentile) -> Any:
    match found:
        case MoreThan(seconds):
            return {"more_than": seconds}
        case Never(people):
            return {"never": people}
    return found


def _observations(
    reported: ReportedMonth, now: datetime
) -> Iterator[tuple[str, int, int, Observation, Observation, int]]:
    """Yield how many waited alike, in whole time and in open time; of answers dated before their questions nothing."""
    for metric, queue_id, store_id, outcome, wall, business, count in run(_ENDED, [reported.pk]):
        yield metric, queue_id, store_id, _waited(outcome, wall), _waited(outcome, business), count
    hours = _HoursSince(now)
    for metric, queue_id, store_id, calendar, started_at in run(_RUNNING, [reported.pk]):
        whole, open_time = max(now - started_at, timedelta()), hours.since(started_at, calendar)
        yield metric, queue_id, store_id, _so_far(whole), _so_far(open_time), 1


def _waited(outcome: str, seconds: int) -> Observation:
    if outcome == Outcome.UNANSWERED:
        return Observation(NEVER, answered=False)
    return Observation(max(seconds or 0, 0), outcome in ANSWERED, left=outcome in LEFT)


def _so_far(span: timedelta) -> Observation:
    return Observation(span.total_seconds() // 1, answered=False)


class _HoursSince:
    """Open time until now, by the hours of calendar versions."""

    def __init__(self, now: datetime) -> None:
        self._now, self._book = now, book.current()

    def since(self, started_at: datetime, calendar: int | None) -> timedelta:
        version = self._book.calendar_version(calendar)
        if started_at >= self._now:
            return timedelta()
        return version.hours.elapsed(started_at, self._now) if version else self._now - started_at


_COUNTS: Final[LiteralString] = """
    SELECT metric, queue_id, store_id, came_out, excused, count(*)
      FROM monitor_reportedclock WHERE reported_id = %s GROUP BY 1, 2, 3, 4, 5
"""
_ENDED: Final[LiteralString] = """
    SELECT metric, queue_id, store_id, outcome, wall_seconds, business_seconds, count(*)
      FROM monitor_reportedclock WHERE reported_id = %s AND outcome <> '' AND came_out <> 'misdated'
  GROUP BY 1, 2, 3, 4, 5, 6
"""
_RUNNING: Final[LiteralString] = """
    SELECT metric, queue_id, store_id, calendar_version_id, started_at
      FROM monitor_reportedclock WHERE reported_id = %s AND outcome = ''
"""
