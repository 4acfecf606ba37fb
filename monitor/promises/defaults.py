"""The promises that an installation starts with, to be changed by publishing versions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from helpdesk.models.alike_names import namesake
from monitor.models import Calendar, CalendarVersion, Policy, PolicyVersion, VersionScope

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""Shipped versions have always been in force, so that imported history is measured by them too."""

ALWAYS = "24×7"
_WEEK = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
AROUND_THE_CLOCK: dict[str, Any] = {"timezone": "UTC", "weekly": _WEEK, "holidays": []}

MINUTE, HOUR, DAY = 60, 3600, 86400
ACKNOWLEDGEMENT = {"urgent": 15 * MINUTE, "high": 30 * MINUTE, "normal": HOUR, "low": 4 * HOUR}
RESPONSE = {"urgent": 30 * MINUTE, "high": HOUR, "normal": 4 * HOUR, "low": 8 * HOUR}
RESOLUTION = {"urgent": 8 * HOUR, "high": DAY, "normal": 3 * DAY, "low": 5 * DAY}


def _rules(match: dict[str, Any], first_response: int | dict[str, int]) -> dict[str, Any]:
    seconds = {
        "acknowledgement": ACKNOWLEDGEMENT,
        "first_response": first_response,
        "next_response": first_response,
        "resolution": RESOLUTION,
    }
    return {
        "match": match,
        "targets": {
            metric: {"basis": "business", "warn": 0.75, "seconds": one} for metric, one in seconds.items()
        },
        "pauses": {"resolution": ["pending", "on_hold"]},
        "bots_count": False,
    }


POLICIES = (
    ("Chat", 10, _rules({"channel": ["chat"]}, 10 * MINUTE)),
    ("Everybody", 1000, _rules({}, RESPONSE)),
)


def ensure_defaults() -> None:
    """Make the shipped calendar and policies where there are none yet. Safe to repeat."""
    with transaction.atomic():
        calendar = namesake(Calendar.objects.all(), ALWAYS)
        if calendar is None:
            calendar = Calendar.objects.create(name=ALWAYS)
            CalendarVersion.objects.create(
                calendar=calendar, version=1, effective_at=BEGINNING, spec=AROUND_THE_CLOCK
            )
        if not Policy.objects.exists():
            _make_policies(calendar)


def _make_policies(calendar: Calendar) -> None:
    for name, position, rules in POLICIES:
        PolicyVersion.objects.create(
            policy=Policy.objects.create(name=name),
            version=1,
            position=position,
            effective_at=BEGINNING,
            scope=VersionScope.NEW,
            calendar=calendar,
            rules=rules,
        )
