"""A chart of waits by day, as numbers for an SVG: how far across and how far up each point stands.

Waits run from seconds to weeks, so each line up is several times the one below; a minute is the floor, and
stands for all that is shorter. What never ends stands above everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import inf, isfinite, log
from typing import Final

from monitor.measure.process_limits import ProcessLimits
from monitor.measure.survival import MoreThan, Never, Percentile
from monitor.reports.board.waits_panel import WaitsOfDays
from monitor.reports.response_figures import FirstWait

WIDTH: Final = 960
TOP: Final = 10
HEIGHT: Final = 260
FOOT: Final = 24
CROWN: Final = 28
"""So high stands what never ends above the longest wait, on a chart that shows any."""
SIDE: Final = 64
EDGE: Final = WIDTH - SIDE
"""Where the days end; beside the newest, which a narrow window shows first, stand the names of the lines."""
SPREAD: Final = 0.75
"""Across so much of a day's width its single tickets lie beside one another."""
LINES: Final = (60, 600, 3600, 4 * 3600, 86_400, 7 * 86_400, 30 * 86_400, 365 * 86_400)
"""Where lines across the chart may stand, in seconds."""


@dataclass(frozen=True, slots=True)
class ChartLine:
    """A line across the chart, at so many seconds."""

    y: float
    seconds: int

    @property
    def is_floor(self) -> bool:
        return self.seconds == LINES[0]


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """A percentile of a day; `beyond`: not reached yet, it lies somewhere above, or is never reached."""

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
    day: WaitsOfDays


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
    never_y: float | None
    usual_y: tuple[float, float] | None = None
    signals: Sequence[ChartPoint] = ()
    width: int = WIDTH
    height: int = HEIGHT
    edge: int = EDGE

    @property
    def usual_height(self) -> float:
        return round(self.usual_y[1] - self.usual_y[0], 1) if self.usual_y else 0


def chart(days: Sequence[WaitsOfDays], *, target: float | None, limits: ProcessLimits | None = None) -> Chart:
    """Lay the days out beside one another, on a scale that holds the longest wait shown."""
    shown = list(_shown(days))
    lines = _lines(max([*filter(isfinite, shown), target or 0], default=0))
    is_crowned = inf in shown
    up = _scale(lines[-1], crown=CROWN if is_crowned else 0)
    return Chart(
        p50=_curve([day.responses.p50 if day.has_percentiles else None for day in days], up),
        p90=_curve([day.responses.p90 if day.has_percentiles else None for day in days], up),
        naive=_curve([day.responses.naive_p50 if day.has_percentiles else None for day in days], up),
        dots=[
            dot
            for at, day in enumerate(days)
            for dot in _dots(_across(at, len(days)), day.dots, up, len(days))
        ],
        lines=[ChartLine(up(seconds), seconds) for seconds in lines],
        labels=[ChartLabel(_across(at, len(days)), day) for at, day in enumerate(days)],
        target_y=up(target) if target else None,
        never_y=up(inf) if is_crowned else None,
        usual_y=(up(limits.high), up(limits.low)) if limits else None,
        signals=_curve([day.responses.p90 if day.signal else None for day in days], up).points,
    )


def _shown(days: Sequence[WaitsOfDays]) -> Iterator[float]:
    """Yield the seconds of all that is drawn, infinity for never."""
    for day in days:
        yield from (_lasting(wait) for wait in day.dots if not wait.misdated)
        if day.has_percentiles:
            drawn = (day.responses.p50, day.responses.p90, day.responses.naive_p50)
            yield from (_seconds(value) for value in drawn if value is not None)


def _lines(longest: float) -> list[int]:
    """Return the lines up to the first that is not below the longest wait; two at least."""
    last = next((at for at, line in enumerate(LINES) if line >= longest), len(LINES) - 1)
    return list(LINES[: max(last, 1) + 1])


def _scale(top: int, *, crown: int) -> Callable[[float], float]:
    def up(seconds: float) -> float:
        if seconds == inf:
            return TOP
        share = log(min(max(seconds, LINES[0]), top) / LINES[0]) / log(top / LINES[0])
        return round((HEIGHT - FOOT - crown) * (1 - share) + crown + TOP, 1)

    return up


def _across(day: int, of: int) -> float:
    return round((day + 0.5) * EDGE / of, 1)


def _dots(
    x: float, waits: Sequence[FirstWait], up: Callable[[float], float], days: int
) -> Iterator[ChartDot]:
    """Spread a day's tickets across the day's width in the order of asking, so that none hides another."""
    known = [wait for wait in waits if not wait.misdated]
    step = SPREAD * EDGE / days / max(len(known), 1)
    for at, wait in enumerate(known):
        yield ChartDot(round(x + (at - (len(known) - 1) / 2) * step, 1), up(_lasting(wait)), wait)


def _lasting(wait: FirstWait) -> float:
    return wait.observation.seconds


def _curve(values: Sequence[Percentile], up: Callable[[float], float]) -> ChartCurve:
    """Join neighbouring days; a day without a value breaks the line."""
    runs: list[list[ChartPoint]] = [[]]
    for day, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(
                ChartPoint(
                    _across(day, len(values)), up(_seconds(value)), isinstance(value, MoreThan | Never)
                )
            )
    lines = [" ".join(f"{point.x},{point.y}" for point in run) for run in runs if len(run) > 1]
    return ChartCurve(lines, [point for run in runs for point in run])


def _seconds(value: float | MoreThan | Never) -> float:
    match value:
        case Never():
            return inf
        case MoreThan(seconds):
            return seconds
    return value
