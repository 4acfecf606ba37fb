"""Which tickets are promised what: a pure look at policies in their order, before one of them is published.

Tickets are sorted into boxes: for each condition that a policy can set, the values that they may have. A box less
the boxes of the policies before it is what reaches a policy; what is left at the end is promised nothing. Of several
tags one decides, so that a ticket may be taken to have a single one, or one that no policy names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from monitor.clock.book.policy import PolicyInForce
from monitor.clock.book.rules import CONDITIONS, PRIORITIES
from monitor.clock.metrics import PROMISED, Metric

OTHER: Final = "…"
"""Any value that no policy names; no ticket says it."""
MOST_BOXES: Final = 4000
"""Beyond so many, what follows is taken as reached: then nobody could read what would be said of it either."""

Box = Mapping[str, frozenset[Hashable]]


@dataclass(frozen=True, slots=True)
class KnownValues:
    """The stores and queues that there are; all other values are told by how they are written."""

    stores: frozenset[int]
    queues: frozenset[int]

    def can_be(self, key: str, value: Hashable) -> bool:
        """Whether any ticket can have this value."""
        return _CAN_BE[key](self, value)


_CHANNEL: Final = re.compile(r"[a-z][a-z0-9_]{0,49}")
_LANGUAGE: Final = re.compile(r"(?:[a-z]{2,8}(?:_[a-z0-9]{1,8})*)?")


def _text(longest: int) -> Callable[[KnownValues, Hashable], bool]:
    return lambda known, value: isinstance(value, str) and len(value) <= longest


_CAN_BE: Final[Mapping[str, Callable[[KnownValues, Hashable], bool]]] = {
    "store": lambda known, value: value in known.stores,
    "queue": lambda known, value: value in known.queues,
    "channel": lambda known, value: isinstance(value, str) and bool(_CHANNEL.fullmatch(value)),
    "priority": lambda known, value: value in PRIORITIES,
    "tier": _text(50),
    "tags": lambda known, value: isinstance(value, str) and 0 < len(value) <= 100,
    "language": lambda known, value: isinstance(value, str) and bool(_LANGUAGE.fullmatch(value)),
}


class ImpossibleValues(NamedTuple):
    """Values of a condition that no ticket has; `never`: no other is left, so that the policy matches nothing."""

    policy: Hashable
    key: str
    values: frozenset[Hashable]
    never: bool


class NeverReached(NamedTuple):
    """A policy whose tickets all meet one before it."""

    policy: Hashable
    behind: tuple[Hashable, ...]


class Condition(NamedTuple):
    """One of these values, or any but these."""

    key: str
    values: frozenset[Hashable]
    any_but: bool = False


class Loss(NamedTuple):
    """Tickets that will be without what they are promised today, or without anything.

    `of` is what tells them from others; `policy` is the one that will apply, None where none does.
    """

    policy: Hashable | None
    of: tuple[Condition, ...]
    priorities: tuple[str, ...]
    metrics: tuple[Metric, ...]
    promised_nothing: bool


class Move(NamedTuple):
    """Tickets that will come under another policy than today; None where none applies."""

    former: Hashable | None
    policy: Hashable | None
    of: tuple[Condition, ...]
    priorities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CoverageDoubts:
    """What would be otherwise than whoever publishes may think: of what is published, and what is not so already."""

    impossible: list[ImpossibleValues] = field(default_factory=list)
    unreached: list[NeverReached] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)


def doubts_about_coverage(
    before: Sequence[PolicyInForce],
    after: Sequence[PolicyInForce],
    *,
    published: frozenset[Hashable],
    known: KnownValues,
) -> CoverageDoubts:
    """Compare the policies in force, in the order in which they match, without and with what is `published`."""
    universe = _universe((*before, *after), known)
    then, now = _Assignment(before, universe), _Assignment(after, universe)
    impossible_before = {one for one in _impossible(before, known) if one.policy not in published}
    unreached_before = {one.policy for one in then.unreached()} - published
    return CoverageDoubts(
        impossible=[one for one in _impossible(after, known) if one not in impossible_before],
        unreached=[one for one in now.unreached() if one.policy not in unreached_before],
        losses=list(_losses(then, now, published)),
    )


def moves(
    before: Sequence[PolicyInForce], after: Sequence[PolicyInForce], *, known: KnownValues
) -> list[Move]:
    """Return which tickets change from one policy to another, those that change alike together."""
    universe = _universe((*before, *after), known)
    then, now = _Assignment(before, universe), _Assignment(after, universe)
    grouped: dict[tuple[Hashable | None, Hashable | None], list[Box]] = {}
    for shared, former, policy in _overlaps(then, now):
        changed = former and former.policy, policy and policy.policy
        if changed[0] != changed[1]:
            grouped.setdefault(changed, []).append(shared)
    return [
        Move(*changed, _conditions(box, universe), _priorities(box))
        for changed, boxes in grouped.items()
        for box in _merged(boxes)
    ]


def _overlaps(
    then: _Assignment, now: _Assignment
) -> Iterator[tuple[Box, PolicyInForce | None, PolicyInForce | None]]:
    """Yield the boxes of tickets that come to one policy then and to one now."""
    for box, policy in now.boxes:
        for before, former in then.boxes:
            shared = {key: box[key] & before[key] for key in CONDITIONS}
            if all(shared.values()):
                yield shared, former, policy


class _Assignment:
    """Which boxes of tickets come to which of the policies."""

    def __init__(self, policies: Sequence[PolicyInForce], universe: Box) -> None:
        self.policies, self.universe = policies, universe
        self.boxes: list[tuple[Box, PolicyInForce | None]] = []
        left: list[Box] = [universe]
        for policy in policies:
            self.boxes += [(part, policy) for box in left if (part := _within(box, policy.rules.match))]
            if len(left) <= MOST_BOXES:
                left = [piece for box in left for piece in _without(box, policy.rules.match)]
        self.boxes += [(box, None) for box in left]

    def unreached(self) -> Iterator[NeverReached]:
        """Yield the policies that could match some ticket, and come behind others that take all of them."""
        reached = {policy.id for _box, policy in self.boxes if policy}
        for place, policy in enumerate(self.policies):
            own = _within(self.universe, policy.rules.match)
            if own and policy.id not in reached:
                earlier = [one for one in self.policies[:place] if one.id in reached]
                yield NeverReached(
                    policy.policy,
                    tuple(one.policy for one in earlier if _within(own, one.rules.match)),
                )


def _losses(then: _Assignment, now: _Assignment, published: frozenset[Hashable]) -> Iterator[Loss]:
    """Yield what tickets lose, those that lose the same together."""
    grouped: dict[_LostBy, list[Box]] = {}
    for shared, former, policy in _overlaps(then, now):
        for priority, lost in _lost(former, policy, shared, published) if policy != former else ():
            grouped.setdefault(lost, []).append({**shared, "priority": frozenset({priority})})
    for lost, boxes in grouped.items():
        for box in _merged(boxes):
            told = _conditions(box, now.universe)
            yield Loss(lost.policy, told, _priorities(box), lost.metrics, lost.promised_nothing)


def _priorities(box: Box) -> tuple[str, ...]:
    return tuple(one for one in PRIORITIES if one in box["priority"])


class _LostBy(NamedTuple):
    policy: Hashable | None
    metrics: tuple[Metric, ...]
    promised_nothing: bool


def _lost(
    former: PolicyInForce | None, policy: PolicyInForce | None, box: Box, published: frozenset[Hashable]
) -> Iterator[tuple[str, _LostBy]]:
    """Yield of each priority what one policy had promised and the other does not, if anything."""
    applies = None if policy is None else policy.policy
    for priority in PRIORITIES:
        promised = _promised(policy, priority)
        lost = _promised(former, priority) - promised
        if priority in box["priority"] and (lost or (not promised and applies in published)):
            yield priority, _LostBy(applies, _in_order(lost), not promised)


def _merged(boxes: list[Box]) -> list[Box]:
    """Put boxes together that differ in one condition alone, so that as few as can be are left."""
    left: list[Box] = []
    for box in boxes:
        other = next((one for one in left if _apart(one, box) == 1), None)
        if other is None:
            left.append(box)
        else:
            left[left.index(other)] = {key: other[key] | box[key] for key in CONDITIONS}
    return left if len(left) == len(boxes) else _merged(left)


def _apart(one: Box, other: Box) -> int:
    return sum(one[key] != other[key] for key in CONDITIONS)


def _promised(policy: PolicyInForce | None, priority: str) -> set[Metric]:
    if policy is None:
        return set()
    return {metric for metric in policy.rules.targets if policy.target(metric, priority)}


def _in_order(metrics: set[Metric]) -> tuple[Metric, ...]:
    return tuple(metric for metric in PROMISED if metric in metrics)


def _impossible(policies: Iterable[PolicyInForce], known: KnownValues) -> Iterator[ImpossibleValues]:
    for policy in policies:
        for key, values in policy.rules.match.items():
            wrong = frozenset(value for value in values if not known.can_be(key, value))
            if wrong or not values:
                yield ImpossibleValues(policy.policy, key, wrong, wrong == values)


def _universe(policies: Iterable[PolicyInForce], known: KnownValues) -> Box:
    """Return every value that makes a difference to any of these policies."""
    named: dict[str, set[Hashable]] = {key: {OTHER} for key in CONDITIONS}
    named["store"], named["queue"], named["priority"] = set(known.stores), set(known.queues), set(PRIORITIES)
    for policy in policies:
        for key, values in policy.rules.match.items():
            named[key].update(value for value in values if known.can_be(key, value))
    return {key: frozenset(values or {OTHER}) for key, values in named.items()}


def _within(box: Box, match: Box) -> Box | None:
    """Return the part of a box that meets conditions; None where that is nothing."""
    part = {key: values & match[key] if key in match else values for key, values in box.items()}
    return part if all(part.values()) else None


def _without(box: Box, match: Box) -> Iterator[Box]:
    """Yield, in boxes that do not overlap, the part that meets some condition not."""
    rest = dict(box)
    for key, values in match.items():
        if outside := rest[key] - values:
            yield {**rest, key: outside}
        rest[key] = rest[key] & values
        if not rest[key]:
            return


def _conditions(box: Box, universe: Box) -> tuple[Condition, ...]:
    """Return what tells a box from all tickets, but for the priority."""
    told = (key for key in CONDITIONS if key != "priority" and box[key] != universe[key])
    return tuple(
        Condition(key, universe[key] - box[key], any_but=True)
        if OTHER in box[key]
        else Condition(key, box[key])
        for key in told
    )
