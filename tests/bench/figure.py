"""What a benchmark says: ours beside a control, and the ratio that decides."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True, slots=True)
class Effort:
    """How much a benchmark does: interleaved rounds, rows that lie about, and whether it takes its time."""

    rounds: int = 5
    rows: int = 1_000_000
    full: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """One comparison, `ours` and `control` in the same unit.

    `floor` is what the ratio has to reach, null where there is no such demand; `met` says whether it was
    reached. `control` and `ratio` are null where the control could not be had, and `note` then says why.
    Where `ours` is measured by itself, `limit` is what it must not exceed.
    """

    name: str
    ours: float
    control: float | None
    ratio: float | None
    floor: float | None
    unit: str
    met: bool
    note: str = ""
    limit: float | None = None


def compared(
    name: str, ours: float, control: float, *, unit: str, floor: float | None = None, note: str = ""
) -> Figure:
    """Say ours beside a control, both as rates: the ratio is ours / control."""
    ratio = ours / control
    return Figure(name, ours, control, ratio, floor, unit, met=floor is None or ratio >= floor, note=note)


def bounded(name: str, ours: float, *, unit: str, limit: float | None = None, note: str = "") -> Figure:
    """Say ours by itself, with what it must not exceed."""
    met = limit is None or ours <= limit
    return Figure(name, ours, None, None, None, unit, met=met, note=note, limit=limit)


def quantile(values: list[float], share: float) -> float:
    """Return the value of rank ceil(share · n)."""
    return sorted(values)[ceil(share * len(values)) - 1]
