"""A chart of waits by day, as numbers for an SVG: how far across and how far up each point stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from monitor.measure.survival import MoreThan
from monitor.services.board import Day

WIDTH, HEIGHT, FOOT, SIDE = 720, 200, 24, 64
SCALES: Final = (60, 300, 600, 1800, 3600, 7200, 14400, 28800, 86400, 172800, 604800, 2592000)


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across the chart, at so many seconds."""

    y: float
    seconds: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A single ticket on a day with few of them."""

    x: float
    y: float
    reference: str
    seconds: float
    answered: bool


@dataclass(frozen=True, slots=True)
class Label:
    """A day below the chart."""

    x: float
    day: date


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that the template draws; curves are SVG point lists."""

    p50: list[str]
    p90: list[str]
    naive: list[str]
    marks: list[Mark]
    ticks: list[Tick]
    labels: list[Label]
    target_y: float | None
    width: int = WIDTH
    height: int = HEIGHT


def chart(days: Sequence[Day], *, target: float | None) -> Chart:
    """Lay the days out from the side where reading begins, on a scale that holds the longest wait."""
    top = _top([*_all_seconds(days), target or 0])

    def across(index: int) -> float:
        return round(SIDE + (index + 0.5) * (WIDTH - SIDE) / len(days), 1)

    def up(seconds: float) -> float:
        return round((HEIGHT - FOOT) * (1 - min(seconds / top, 1)) + 4, 1)

    def curve(pick: Callable[[Day], object]) -> list[str]:
        return _runs([None if day.dots else _seconds(pick(day)) for day in days], across, up)

    return Chart(
        p50=curve(lambda day: day.responses.p50),
        p90=curve(lambda day: day.responses.p90),
        naive=curve(lambda day: day.responses.naive_p50),
        marks=[
            Mark(across(index), up(wait.seconds), wait.reference, wait.seconds, wait.answered)
            for index, day in enumerate(days)
            for wait in day.dots
        ],
        ticks=[Tick(up(top * part / 2), round(top * part / 2)) for part in range(3)],
        labels=[Label(across(index), day.day) for index, day in enumerate(days)],
        target_y=up(target) if target else None,
    )


def _all_seconds(days: Sequence[Day]) -> list[float]:
    waits = [wait.seconds for day in days for wait in day.dots]
    shown = [day.responses for day in days if not day.dots]
    return waits + [_seconds(each) or 0 for day in shown for each in (day.p90, day.naive_p90)]


def _top(seconds: Sequence[float]) -> float:
    longest = max(seconds, default=0)
    return next((scale for scale in SCALES if scale >= longest), longest)


def _seconds(value: object) -> float | None:
    if isinstance(value, MoreThan):
        return value.seconds
    return value if isinstance(value, (int, float)) else None


def _runs(
    values: Sequence[float | None], across: Callable[[int], float], up: Callable[[float], float]
) -> list[str]:
    """Join neighbouring days into point lists; a day without a value breaks the line."""
    runs: list[list[str]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(f"{across(index)},{up(value)}")
    return [" ".join(run) for run in runs if run]
