"""What a benchmark says: ours beside a control, and the ratio that decides."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One comparison, `ours` and `control` in the same unit.

    `floor` is what the ratio has to reach, null where there is no such demand; `met` says whether it was
    reached. `control` and `ratio` are null where the control could not be had, and `note` then says why.
    """

    name: str
    ours: float
    control: float | None
    ratio: float | None
    floor: float | None
    unit: str
    met: bool
    note: str = ""
