"""The first decisions of an installation: its hours and its promises, each as a version that says who."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db import transaction

from helpdesk.models import Agent
from monitor.models import Calendar, CalendarVersion, Policy, PolicyVersion, VersionScope
from monitor.promises import versions

WORKING_HOURS: Final = "Working hours"


def newest_calendar() -> CalendarVersion | None:
    """Return the hours that the promise to everybody counts in now: those of the last policy in order."""
    policy = _last_policy()
    return policy.calendar.versions.order_by("-version").first() if policy else None


def keep_hours(*, by: Agent, now: datetime) -> None:
    """Confirm the hours that are in force, by publishing them again in somebody's name."""
    if hours := newest_calendar():
        versions.publish_calendar(calendar=hours.calendar, spec=hours.spec, now=now, by=by)


def set_hours(*, timezone: str, weekly: dict[str, list[list[str]]], by: Agent, now: datetime) -> None:
    """Let every promise count in these hours from now on; clocks that run keep theirs.

    Raises `BadVersion` where the hours cannot be read or are never open.
    """
    spec = {"timezone": timezone, "weekly": weekly, "holidays": []}
    with transaction.atomic():
        calendar, _made = Calendar.objects.get_or_create(name=WORKING_HOURS)
        versions.publish_calendar(calendar=calendar, spec=spec, now=now, by=by)
        for version in newest_policies():
            _publish_again(version, calendar=calendar, by=by, now=now)


def keep_promises(*, by: Agent, now: datetime) -> None:
    """Confirm the promises that are in force, by publishing them again in somebody's name."""
    with transaction.atomic():
        for version in newest_policies():
            _publish_again(version, calendar=version.calendar, by=by, now=now)


def newest_policies() -> list[PolicyVersion]:
    """Return the newest version of each policy that is not retired, in the order in which they match."""
    newest = PolicyVersion.objects.order_by("policy_id", "-version").distinct("policy_id")
    policies = PolicyVersion.objects.filter(pk__in=newest.values("pk"), retired=False)
    return list(policies.select_related("policy", "calendar").order_by("position", "policy_id"))


def _last_policy() -> PolicyVersion | None:
    policies = newest_policies()
    return policies[-1] if policies else None


def _publish_again(version: PolicyVersion, *, calendar: Calendar, by: Agent, now: datetime) -> None:
    policy: Policy = version.policy
    rules: dict[str, Any] = version.rules
    versions.publish_policy(
        policy=policy,
        rules=rules,
        position=version.position,
        calendar=calendar,
        now=now,
        scope=VersionScope.NEW,
        by=by,
    )
