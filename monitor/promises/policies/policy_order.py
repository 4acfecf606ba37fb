"""The order in which policies are tried: the fewest new places for one that is moved."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Final

GAP: Final = 10
"""So far apart are places where nothing stands in the way."""


def moved(
    order: Sequence[tuple[Hashable, int]], policy: Hashable, *, before: Hashable | None
) -> Mapping[Hashable, int]:
    """Return the places that change so that `policy` is tried just before another one, or last of all.

    `order` has each policy and its place, in the order in which they are tried; the policy may be new to it. Others
    are only moved where there is no whole number left between two of them.
    """
    others = [one for one in order if one[0] != policy]
    index = next((n for n, (one, _place) in enumerate(others) if one == before), len(others))
    changed = {policy: _between(others, index)}
    changed |= _making_room(others[index:], taken=changed[policy])
    known = dict(order)
    return {one: place for one, place in changed.items() if known.get(one) != place}


def _making_room(others: Sequence[tuple[Hashable, int]], *, taken: int) -> Mapping[Hashable, int]:
    """Return the places of those that would not come after what is taken, each just after the one before."""
    changed = {}
    for one, place in others:
        if place > taken:
            break
        taken += 1
        changed[one] = taken
    return changed


def _between(others: Sequence[tuple[Hashable, int]], index: int) -> int:
    below = others[index - 1][1] if index else None
    above = others[index][1] if index < len(others) else None
    if below is None:
        return GAP if above is None else above - GAP
    if above is None:
        return below + GAP
    return below + max((above - below) // 2, 1)
