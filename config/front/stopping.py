"""What is to end at once when this process is told to stop: it would go on for as long as anybody listens."""

from __future__ import annotations

from collections.abc import Callable

_told: list[Callable[[], None]] = []


def tell(somebody: Callable[[], None]) -> None:
    """Have somebody told, in the loop that serves; perhaps more than once."""
    _told.append(somebody)


def say() -> None:
    """Tell them."""
    for somebody in _told:
        somebody()
