"""Closing months: what a month came to is written down once, and corrections that come later stand beside it.

A month is closed once nothing of it is undecided any more, or a week after its end. It is folded first: figures that
are behind close nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import product
from typing import Final, NamedTuple

from helpdesk.database.transaction import require_transaction
from helpdesk.models import Store
from monitor.models import ClosedMonth, Objective
from monitor.reports.objectives import calendar_month, month_figures
from monitor.reports.objectives.calendar_month import month_of, months_after, months_between
from monitor.reports.objectives.month_figures import MonthFigures
from monitor.reports.rollup import folding
from monitor.reports.rollup.cell_reading import CellReading

CLOSED_AFTER: Final = timedelta(days=7)
"""So long after its end a month waits for what is undecided in it."""
EARLIEST: Final = 12
"""So many months before the running one an objective may begin, and months are closed."""
LOOKED_AT_FOR: Final = 6
"""So many months it is asked what would be counted now."""
LOOKED_AT_EVERY: Final = timedelta(hours=1)
LOOKED_AT_TOGETHER: Final = 20


class MonthToClose(NamedTuple):
    """A month that is over and of which nothing is written down yet."""

    objective: Objective
    environment: str
    month: date


def close_due(*, now: datetime) -> int:
    """Close the months that can be; return how many. The caller's transaction has the turn to fold meanwhile."""
    if (reading := _reading()) is None:
        return 0
    closed = [_closed(one, reading, now=now) for one in _to_close(reading, now=now)]
    return len(ClosedMonth.objects.bulk_create([one for one in closed if one], ignore_conflicts=True))


def look_again(*, now: datetime) -> int:
    """Write beside closed months what would be counted now, where that differs; return of how many it was asked."""
    if (reading := _reading()) is None:
        return 0
    earliest = months_after(_running(reading, now), -LOOKED_AT_FOR)
    stale = ClosedMonth.objects.filter(month__gte=earliest, looked_at__lt=now - LOOKED_AT_EVERY)
    found = list(stale.select_related("objective").order_by("looked_at", "pk")[:LOOKED_AT_TOGETHER])
    for one in found:
        _look_at(one, reading, now=now)
    return len(found)


def _reading() -> CellReading | None:
    """Have the turn to fold, and return the figures; None where there are none, or they are behind."""
    require_transaction()
    folding.await_turn()
    reading = CellReading.begin()
    return None if reading is None or reading.behind_since is not None else reading


def _running(reading: CellReading, now: datetime) -> date:
    return month_of(now.astimezone(reading.zone).date())


def _look_at(one: ClosedMonth, reading: CellReading, *, now: datetime) -> None:
    figures = _figures(reading, one.objective, one.month, one.environment, now)
    one.later = None if figures.slices == one.counts else figures.slices
    one.looked_at = now
    one.save(update_fields=["later", "looked_at"])


def _to_close(reading: CellReading, *, now: datetime) -> Iterator[MonthToClose]:
    """Yield months that are over, under an objective, and not closed."""
    running = _running(reading, now)
    earliest = months_after(running, -EARLIEST)
    closed = set(
        ClosedMonth.objects.filter(month__gte=earliest).values_list("metric", "queue", "environment", "month")
    )
    environments = sorted(set(Store.objects.values_list("environment", flat=True)))
    for month, objectives in _counting(earliest, months_after(running, -1)).items():
        for objective, environment in product(objectives, environments):
            if (*objective.place, environment, month) not in closed:
                yield MonthToClose(objective, environment, month)


def _counting(first: date, last: date) -> dict[date, list[Objective]]:
    """Return the objectives that count in each of these months."""
    found: dict[date, list[Objective]] = defaultdict(list)
    begins = Objective.objects.order_by("from_month").values_list("from_month", flat=True).first()
    if begins is not None:
        for month in months_between(max(first, begins), last):
            found[month] = Objective.objects.in_month(month)
    return found


def _closed(one: MonthToClose, reading: CellReading, *, now: datetime) -> ClosedMonth | None:
    """Return the month as it is to stand; None where it still waits."""
    figures = _figures(reading, one.objective, one.month, one.environment, now)
    waits_until = calendar_month.ended_at(one.month, reading.zone) + CLOSED_AFTER
    if figures.undecided and now < waits_until:
        return None
    return ClosedMonth(
        **one._asdict(),
        metric=one.objective.metric,
        queue=one.objective.queue,
        counts=figures.slices,
        rules=reading.edition.rules,
        zone=reading.edition.zone,
        closed_at=now,
        looked_at=now,
    )


def _figures(
    reading: CellReading, objective: Objective, month: date, environment: str, now: datetime
) -> MonthFigures:
    return month_figures.read(reading, objective, month, environment=environment, now=now)
