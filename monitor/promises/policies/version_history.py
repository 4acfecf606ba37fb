"""The versions of a policy or calendar: which is in force, which are planned, and which are past."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Generic, TypeVar

from monitor.models import Calendar, CalendarVersion, Policy, PolicyVersion
from monitor.relay import book

Version = TypeVar("Version", PolicyVersion, CalendarVersion)


@dataclass(frozen=True, slots=True)
class DatedVersion(Generic[Version]):
    """A version and its state: `in_force`, `planned`, `past`, or `unreadable` (the one before it counts)."""

    version: Version
    state: str


def policy_history(policy: Policy, *, now: datetime) -> list[DatedVersion[PolicyVersion]]:
    """Return all versions of a policy, the newest number first."""
    return _history(policy.versions.select_related("policy", "calendar", "created_by"), now=now)


def calendar_history(calendar: Calendar, *, now: datetime) -> list[DatedVersion[CalendarVersion]]:
    """Return all versions of a calendar, the newest number first."""
    return _history(calendar.versions.select_related("calendar", "created_by"), now=now)


def to_begin_with(history: Sequence[DatedVersion[Version]]) -> Version | None:
    """Return the version that an editor begins with: the one in force, else the first to come."""
    readable = [one for one in history if one.state != "unreadable"]
    in_force = next((one.version for one in readable if one.state == "in_force"), None)
    return in_force or min((one.version for one in readable), key=attrgetter("effective_at"), default=None)


def newest_number(history: Sequence[DatedVersion[Version]]) -> int:
    """Return the number of the newest version; 0 before the first."""
    return max((one.version.version for one in history), default=0)


def _history(versions: Iterable[Version], *, now: datetime) -> list[DatedVersion[Version]]:
    found = sorted(versions, key=attrgetter("version"), reverse=True)
    unreadable = {(type(one.version), one.version.pk) for one in book.unreadable()}
    readable = [one for one in found if (type(one), one.pk) not in unreadable]
    begun = [one for one in readable if one.effective_at <= now]
    counting = max(begun, key=attrgetter("effective_at", "version"), default=None)
    states = {one.pk: "past" if one.effective_at <= now else "planned" for one in readable}
    if counting:
        states[counting.pk] = "in_force"
    return [DatedVersion(one, states.get(one.pk, "unreadable")) for one in found]
