"""What is in force at an instant, and what is planned: by when versions take effect, never by their numbers."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from monitor.models import Calendar, CalendarVersion, PolicyVersion
from monitor.relay import book


class PlannedVersions(NamedTuple):
    """The versions that are still to take effect, the next one first."""

    policies: list[PolicyVersion]
    calendars: list[CalendarVersion]


def policies_in_force(at: datetime) -> list[PolicyVersion]:
    """Return the version in force of each policy that is not retired, in the order in which they match."""
    latest_first = ("policy_id", "-effective_at", "-version", "-pk")
    newest = _readable_policies().filter(effective_at__lte=at).order_by(*latest_first).distinct("policy_id")
    policies = PolicyVersion.objects.filter(pk__in=newest.values("pk"), retired=False)
    return list(policies.select_related("policy", "calendar").order_by("position", "policy_id"))


def hours_in_force(calendar: Calendar, at: datetime) -> CalendarVersion | None:
    """Return the version of a calendar that counts at an instant: before its first, that one; None without any."""
    versions = _readable_hours().filter(calendar=calendar).select_related("calendar")
    begun = versions.filter(effective_at__lte=at).order_by("-effective_at", "-version", "-pk").first()
    return begun or versions.order_by("effective_at", "version", "pk").first()


def planned_after(at: datetime) -> PlannedVersions:
    """Return what has been published, can be read, and is not in force yet."""
    policies = _readable_policies().filter(effective_at__gt=at).select_related("policy", "calendar")
    calendars = _readable_hours().filter(effective_at__gt=at).select_related("calendar")
    return PlannedVersions(list(policies.order_by("effective_at")), list(calendars.order_by("effective_at")))


def _readable_policies() -> QuerySet[PolicyVersion]:
    return PolicyVersion.objects.exclude(pk__in=_unreadable(PolicyVersion))


def _readable_hours() -> QuerySet[CalendarVersion]:
    return CalendarVersion.objects.exclude(pk__in=_unreadable(CalendarVersion))


def _unreadable(kind: type[PolicyVersion | CalendarVersion]) -> list[int]:
    return [one.version.pk for one in book.unreadable() if isinstance(one.version, kind)]
