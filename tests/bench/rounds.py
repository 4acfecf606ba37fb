"""The same looked at among few and among many: a database of each size, and all sizes in turn in every round."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from itertools import product
from typing import TypeVar

from tests.bench import crowd, stage

Thing = TypeVar("Thing")
Found = TypeVar("Found")


def in_turns(
    bench: str,
    sizes: Sequence[int],
    fill: Callable[[int], Mapping[str, Thing]],
    look: Callable[[Thing], Found],
    *,
    rounds: int,
    tidy: Callable[[], None] = crowd.tidy,
) -> dict[tuple[str, int], list[Found]]:
    """Fill a database of each size, and return what looking at each thing in it found, round by round."""
    desks: dict[int, Mapping[str, Thing]] = {}
    taken: dict[tuple[str, int], list[Found]] = {}
    with ExitStack() as databases:
        for size in sizes:
            databases.enter_context(stage.empty_database(f"{bench}_{size}"))
            desks[size] = fill(size)
            tidy()
        for _ in range(rounds):
            for name, size in product(desks[sizes[0]], sizes):
                stage.turn_to(f"bench_{bench}_{size}")
                taken.setdefault((name, size), []).append(look(desks[size][name]))
    return taken
