"""A chart of waits by day, as numbers for an SVG: how far across and how far up each point stands.

Waits run from seconds to weeks, so each line up is several times the one below; a minute is the floor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import log
from typing import Final

from monitor.measure.survival import MoreThan
from monitor.reports.board_figures import DAYS, DayOfWaits
from monitor.reports.response_figures import FirstWait, Percentile

WIDTH: Final = 960
HEIGHT: Final = 260
FOOT: Final = 24
SIDE: Final = 64
EDGE: Final = WIDTH - SIDE
"""Where the days end; beside the newest, which a narrow window shows first, stand the names of the lines."""
SPREAD: Final = 48
"""So wide the single tickets of a day lie beside one another."""
LINES: Final = (60, 600, 3600, 4 * 3600, 86_400, 7 * 86_400, 30 * 86_400, 365 * 86_400)
"""Where lines across the chart may stand, in seconds."""


@dataclass(frozen=True, slots=True)
class ChartLine:
    """A line across the chart, at so many seconds."""

    y: float
    seconds: int


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """A percentile of a day; `beyond`: not reached yet, it lies somewhere above."""

    x: float
    y: float
    beyond: bool


@dataclass(frozen=True, slots=True)
class ChartCurve:
    """A percentile over the days: SVG point lists, broken where a day has none, and the points."""

    runs: list[str]
    points: list[ChartPoint]


@dataclass(frozen=True, slots=True)
class ChartDot:
    """A single ticket on a day with few of them."""

    x: float
    y: float
    wait: FirstWait


@dataclass(frozen=True, slots=True)
class ChartLabel:
    """A day below the chart."""

    x: float
    day: DayOfWaits


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that the template draws."""

    p50: ChartCurve
    p90: ChartCurve
    naive: ChartCurve
    dots: list[ChartDot]
    lines: list[ChartLine]
    labels: list[ChartLabel]
    target_y: float | None
    width: int = WIDTH
    height: int = HEIGHT
    edge: int = EDGE


def chart(days: Sequence[DayOfWaits], *, target: float | None) -> Chart:
    """Lay the days out beside one another, on a scale that holds the longest wait shown."""
    lines = _lines(max([*_shown(days), target or 0], default=0))
    up = _scale(lines[-1])
    return Chart(
        p50=_curve([day.responses.p50 if day.has_percentiles else None for day in days], up),
        p90=_curve([day.responses.p90 if day.has_percentiles else None for day in days], up),
        naive=_curve([day.responses.naive_p50 if day.has_percentiles else None for day in days], up),
        dots=[dot for at, day in enumerate(days) for dot in _dots(at, day.dots, up)],
        lines=[ChartLine(up(seconds), seconds) for seconds in lines],
        labels=[ChartLabel(_across(at), day) for at, day in enumerate(days)],
        target_y=up(target) if target else None,
    )


def _shown(days: Sequence[DayOfWaits]) -> Iterator[float]:
    """Yield the seconds of all that is drawn."""
    for day in days:
        yield from (wait.seconds for wait in day.dots)
        if day.has_percentiles:
            drawn = (day.responses.p50, day.responses.p90, day.responses.naive_p50)
            yield from (_seconds(value) for value in drawn if value is not None)


def _lines(longest: float) -> list[int]:
    """Return the lines up to the first that is not below the longest wait; two at least."""
    last = next((at for at, line in enumerate(LINES) if line >= longest), len(LINES) - 1)
    return list(LINES[: max(last, 1) + 1])


def _scale(top: int) -> Callable[[float], float]:
    def up(seconds: float) -> float:
        share = log(min(max(seconds, LINES[0]), top) / LINES[0]) / log(top / LINES[0])
        return round((HEIGHT - FOOT) * (1 - share) + 10, 1)

    return up


def _across(day: int) -> float:
    return round((day + 0.5) * EDGE / DAYS, 1)


def _dots(day: int, waits: Sequence[FirstWait], up: Callable[[float], float]) -> Iterator[ChartDot]:
    """Spread a day's tickets across the day's width in the order of asking, so that none hides another."""
    step = SPREAD / max(len(waits), 1)
    for at, wait in enumerate(waits):
        yield ChartDot(round(_across(day) + (at - (len(waits) - 1) / 2) * step, 1), up(wait.seconds), wait)


def _curve(values: Sequence[Percentile], up: Callable[[float], float]) -> ChartCurve:
    """Join neighbouring days; a day without a value breaks the line."""
    runs: list[list[ChartPoint]] = [[]]
    for day, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(ChartPoint(_across(day), up(_seconds(value)), isinstance(value, MoreThan)))
    lines = [" ".join(f"{point.x},{point.y}" for point in run) for run in runs if len(run) > 1]
    return ChartCurve(lines, [point for run in runs for point in run])


def _seconds(value: float | MoreThan) -> float:
    return value.seconds if isinstance(value, MoreThan) else value
