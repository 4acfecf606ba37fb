"""Policies: which promise applies to which ticket, and since when.

A `Book` holds every version of every policy and calendar, and answers two questions: what applies
to a ticket at an instant, and under which hours. It is immutable in effect; its caches only remember.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from itertools import pairwise
from operator import attrgetter
from types import MappingProxyType
from typing import Final, NamedTuple

from monitor.clock.book.calendar import BusinessCalendar, NeverOpen, OutOfReach
from monitor.clock.book.rules import ANY_PRIORITY, Rules, Target, parse_rules
from monitor.clock.book.workdays import Era, deadline, wall_deadline
from monitor.clock.metrics import PAUSES, PROMISED, Metric

__all__ = [
    "Attributes",
    "Book",
    "CalendarInForce",
    "PolicyInForce",
    "Target",
    "UnknownCalendar",
    "parse_rules",
]

_REMEMBERED: Final = 20_000


class UnknownCalendar(LookupError):
    """A policy counts in a calendar of which the book has no version."""


class Attributes(NamedTuple):
    """What policies can ask about a ticket."""

    store: Hashable
    queue: Hashable
    channel: str
    priority: str
    tier: str
    language: str
    tags: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarInForce:
    """The hours of a calendar from `effective_at` on; `number` is a small one, 0 where it has none."""

    id: int
    calendar: Hashable
    version: int
    effective_at: datetime
    hours: BusinessCalendar = field(compare=False, repr=False)
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyInForce:
    """What a policy promises from `effective_at` on; `retired` means nothing, to nobody.

    `scope` is `new` (clocks that start from then on) or `new_and_open` (also those that run by then).
    """

    id: int
    policy: Hashable
    version: int
    position: int
    effective_at: datetime
    scope: str
    calendar: Hashable
    rules: Rules = field(compare=False, repr=False)
    retired: bool = False

    def matches(self, attributes: Attributes) -> bool:
        """Whether every condition holds."""
        return are_met(self.rules, attributes)

    def target(self, metric: Metric, priority: str) -> Target | None:
        """Return what is promised, or None where this policy measures without a target."""
        by_priority = self.rules.targets.get(metric)
        if by_priority is None:
            return None
        return by_priority.get(priority) or by_priority.get(ANY_PRIORITY)

    def pauses(self, metric: Metric) -> frozenset[str]:
        """Return the statuses in which this metric is paused."""
        return self.rules.pauses.get(metric, PAUSES[metric])


def are_met(rules: Rules, attributes: Attributes) -> bool:
    """Whether every condition of these rules holds. A condition with nothing in it never does."""
    for key, wanted in rules.match.items():
        value = getattr(attributes, key)
        if wanted.isdisjoint(value) if key == "tags" else value not in wanted:
            return False
    return True


class Book:
    """All versions of policies and calendars.

    Raises:
        UnknownCalendar: a policy that is not retired names a calendar without any version.

    """

    def __init__(self, policies: Iterable[PolicyInForce], calendars: Iterable[CalendarInForce]) -> None:
        in_time = attrgetter("effective_at", "version", "id")
        self._policies = sorted(policies, key=in_time)
        self._instants = [version.effective_at for version in self._policies]
        self._calendars = _by_calendar(sorted(calendars, key=in_time))
        self._in_force: dict[tuple[int, int], tuple[PolicyInForce, ...]] = {}
        self._matches: dict[tuple[int, int, Attributes], PolicyInForce | None] = {}
        self._policy_versions = {version.id: version for version in self._policies}
        self._calendar_versions = {one.id: one for _, some in self._calendars.values() for one in some}
        self._numbered = {one.number: one for one in self._calendar_versions.values() if one.number}
        self._beginnings = sorted(
            [one.effective_at for one in self._policies]
            + [one.effective_at for one in self._calendar_versions.values()]
        )
        self._editions: dict[int, str] = {}
        self._refuse_unknown_calendars()
        self.targets = self._find_targets()
        self.boundaries = self._find_boundaries()

    def match(
        self, attributes: Attributes, at: datetime, *, since: datetime | None = None
    ) -> PolicyInForce | None:
        """Return the first policy that applies at `at` to a clock started at `since` (default: then).

        Of each policy counts the newest version in force at `at` that was in force at `since`
        already, or that was made for open clocks too.
        """
        now = bisect_right(self._instants, at)
        then = now if since is None else min(now, bisect_right(self._instants, since))
        key = (now, then, attributes)
        try:
            return self._matches[key]
        except KeyError:
            return self._remember(key)

    def in_force(self, at: datetime) -> tuple[PolicyInForce, ...]:
        """Return the versions among which a ticket opened at `at` finds its own, in the order in which they match."""
        now = bisect_right(self._instants, at)
        return self._order_in_force(now, now)

    def calendar_at(self, calendar: Hashable, at: datetime) -> CalendarInForce:
        """Return the version that counts at `at`; before the first version, the first."""
        instants, versions = self._calendars[calendar]
        return versions[max(bisect_right(instants, at) - 1, 0)]

    def has_in_force(self, policy: PolicyInForce, at: datetime, *, since: datetime) -> PolicyInForce | None:
        """Return the version of the same policy that counts at `at` for a clock started at `since`, if any."""
        now = bisect_right(self._instants, at)
        candidates = self._candidates(now, min(now, bisect_right(self._instants, since)))
        return next((version for version in candidates if version.policy == policy.policy), None)

    def deadline(
        self, target: Target, start: datetime, *, calendar: Hashable, at: datetime
    ) -> datetime | None:
        """Return when so many days after `start` are over, by the versions in force at `at`; None if never."""
        eras = self._eras(calendar, start, at)
        if target.days is None:
            return None
        try:
            if target.basis == "wall":
                return wall_deadline(start, target.days, eras[-1].workdays)
            return deadline(start, target.days, eras)
        except (NeverOpen, OutOfReach, OverflowError, ValueError):
            return None

    def _eras(self, calendar: Hashable, start: datetime, at: datetime) -> list[Era]:
        """Return the versions that tell of the days from `start` on, of those known at `at`."""
        instants, versions = self._calendars[calendar]
        first = max(bisect_right(instants, start) - 1, 0)
        known = versions[first : max(bisect_right(instants, at), first + 1)]
        began = [0, *(one.hours.workdays.date_of(one.effective_at) for one in known[1:])]
        return [Era(day, one.hours.workdays) for day, one in zip(began, known, strict=True)]

    def open_time(self, calendar: Hashable, start: datetime, end: datetime) -> timedelta:
        """Return the open time between two instants, each stretch under the version of its time."""
        cuts = [start, *self.calendar_changes(calendar, start, end), end]
        spans = (self.calendar_at(calendar, a).hours.elapsed(a, b) for a, b in pairwise(cuts))
        return sum(spans, timedelta())

    def calendar_changes(self, calendar: Hashable, start: datetime, end: datetime) -> list[datetime]:
        """Return the instants strictly between `start` and `end` at which another version begins."""
        instants, _ = self._calendars[calendar]
        return [at for at in instants[1:] if start < at < end]

    def calendar_version(self, version_id: int | None) -> CalendarInForce | None:
        """Return a calendar version by its id, None for None."""
        return None if version_id is None else self._calendar_versions.get(version_id)

    def numbered_calendar(self, number: int) -> CalendarInForce | None:
        """Return a calendar version by its small number; None for 0."""
        return self._numbered.get(number)

    def policy_version(self, version_id: int | None) -> PolicyInForce | None:
        """Return a policy version by its id, None for None."""
        return None if version_id is None else self._policy_versions.get(version_id)

    def edition(self, at: datetime) -> str:
        """Return what tells this book from one that says something else about the time up to `at`.

        Versions are told by their ids. Of what begins later only the targets count: `targets` of both
        are the same.
        """
        known = bisect_right(self._beginnings, at)
        if known not in self._editions:
            self._editions[known] = self._digest(at)
        return self._editions[known]

    def _digest(self, at: datetime) -> str:
        policies = [one.id for one in self._policies if one.effective_at <= at]
        calendars = [
            one.id
            for _, versions in self._calendars.values()
            for one in versions
            if one is versions[0] or one.effective_at <= at
        ]
        targets = [(metric.value, repr(some)) for metric, some in self.targets.items()]
        said = repr((policies, sorted(calendars), targets))
        return blake2b(said.encode(), digest_size=12).hexdigest()

    def _find_targets(self) -> Mapping[Metric, tuple[Target, ...]]:
        """Return every amount that any version promises, by metric."""
        found: dict[Metric, set[Target]] = {metric: set() for metric in PROMISED}
        for version in self._policies:
            for metric, by_priority in version.rules.targets.items():
                found[metric].update(replace(one, warn=None) for one in by_priority.values())
        return MappingProxyType({metric: tuple(sorted(some, key=repr)) for metric, some in found.items()})

    def _remember(self, key: tuple[int, int, Attributes]) -> PolicyInForce | None:
        now, then, attributes = key
        candidates = self._candidates(now, then)
        if len(self._matches) >= _REMEMBERED:
            self._matches.clear()
        found = next((version for version in candidates if version.matches(attributes)), None)
        self._matches[key] = found
        return found

    def _candidates(self, now: int, then: int) -> tuple[PolicyInForce, ...]:
        found = self._in_force.get((now, then))
        if found is None:
            found = self._in_force[now, then] = self._order_in_force(now, then)
        return found

    def _order_in_force(self, now: int, then: int) -> tuple[PolicyInForce, ...]:
        newest: dict[Hashable, PolicyInForce] = {}
        for index, version in enumerate(self._policies[:now]):
            if index < then or version.scope == "new_and_open":
                newest[version.policy] = version
        kept = (version for version in newest.values() if not version.retired)
        return tuple(sorted(kept, key=attrgetter("position", "policy")))

    def _refuse_unknown_calendars(self) -> None:
        for version in self._policies:
            if not version.retired and version.calendar not in self._calendars:
                message = f"policy version {version.id}: no version of calendar {version.calendar!r}"
                raise UnknownCalendar(message)

    def _find_boundaries(self) -> list[datetime]:
        """Return, in order, every instant at which an open clock may come under something else."""
        instants = {one.effective_at.astimezone(UTC) for one in self._policies if one.scope == "new_and_open"}
        for starts, _ in self._calendars.values():
            instants.update(starts[1:])
        return sorted(instants)


_Versions = tuple[list[datetime], list[CalendarInForce]]


def _by_calendar(versions: list[CalendarInForce]) -> Mapping[Hashable, _Versions]:
    grouped: dict[Hashable, _Versions] = {}
    for version in versions:
        instants, kept = grouped.setdefault(version.calendar, ([], []))
        instants.append(version.effective_at.astimezone(UTC))
        kept.append(version)
    return MappingProxyType(grouped)
