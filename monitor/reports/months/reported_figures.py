"""The figures of a reported month: made of its clocks once, when it is closed, and read as they were written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, LiteralString, NamedTuple

from helpdesk.database.statement import run
from monitor.clock.metrics import PROMISED, Outcome
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


def write(reported: ReportedMonth, metric: str, side: str, *, now: datetime) -> None:
    """Write what the clocks of a month come to: one of `PARTS`, which together are all."""
    found: dict[FigurePlace, _Gathered] = defaultdict(_Gathered)
    for queue_id, store_id, came_out, excused, count in run(_COUNTS[side], [reported.pk, metric]):
        of_place = found[FigurePlace(metric, queue_id, store_id)]
        of_place.counts[came_out] += count
        if excused:
            of_place.excused[came_out] += count
    for queue_id, store_id, whole, open_time, count in _observations(reported, metric, side, now):
        of_place = found[FigurePlace(metric, queue_id, store_id)]
        of_place.whole[whole] += count
        of_place.open_time[open_time] += count
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
    reported: ReportedMonth, metric: str, side: str, now: datetime
) -> Iterator[tuple[int, int, Observation, Observation, int]]:
    """Yield how many waited alike, in whole time and in open time; of answers dated before their questions nothing."""
    for queue_id, store_id, outcome, wall, business, count in run(_ENDED[side], [reported.pk, metric]):
        yield queue_id, store_id, _waited(outcome, wall), _waited(outcome, business), count
    hours = _HoursSince(now)
    for queue_id, store_id, calendar, started_at in run(_RUNNING[side], [reported.pk, metric]):
        whole, open_time = max(now - started_at, timedelta()), hours.since(started_at, calendar)
        yield queue_id, store_id, _so_far(whole), _so_far(open_time), 1


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


_SIDES: Final[dict[str, LiteralString]] = {
    "all": "NULL::bigint AS queue_id, NULL::bigint AS store_id",
    "queues": "queue_id, NULL::bigint AS store_id",
    "stores": "NULL::bigint AS queue_id, store_id",
}
PARTS: Final = [(metric.value, side) for metric in PROMISED for side in _SIDES]
"""What figures are written by: of each metric those of everything, of queues and of stores."""


def _of_sides(select: LiteralString) -> dict[str, LiteralString]:
    return {side: select.replace("PLACE", place) for side, place in _SIDES.items()}


_COUNTS: Final = _of_sides("""
    SELECT PLACE, came_out, excused, count(*)
      FROM monitor_reportedclock WHERE reported_id = %s AND metric = %s GROUP BY 1, 2, 3, 4
""")
_ENDED: Final = _of_sides("""
    SELECT PLACE, outcome, wall_seconds, business_seconds, count(*)
      FROM monitor_reportedclock
     WHERE reported_id = %s AND metric = %s AND outcome <> '' AND came_out <> 'misdated'
  GROUP BY 1, 2, 3, 4, 5
""")
_RUNNING: Final = _of_sides("""
    SELECT PLACE, calendar_version_id, started_at
      FROM monitor_reportedclock WHERE reported_id = %s AND metric = %s AND outcome = ''
""")
