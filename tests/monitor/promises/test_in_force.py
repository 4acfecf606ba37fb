"""What is in force is told by when it takes effect, never by the highest number."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from monitor.models import Calendar, Policy, PolicyVersion
from monitor.promises import in_force, versions
from tests.make import NOW

pytestmark = [pytest.mark.database, pytest.mark.django_db]

DAY = timedelta(days=1)
SUNDAYS = {"timezone": "UTC", "weekly": {"sun": [["09:00", "17:00"]]}}


def publish(name: str = "Everybody", **fields: Any) -> PolicyVersion:
    policy = Policy.objects.get(name=name)
    last = policy.versions.latest("version")
    given = {"rules": last.rules, "position": last.position, "calendar": last.calendar, "now": NOW}
    return versions.publish_policy(policy=policy, **given | fields)


def test_a_version_that_is_planned_is_not_in_force_though_its_number_is_the_highest() -> None:
    today, planned = publish(now=NOW - DAY), publish(effective_at=NOW + DAY, position=1)

    assert [one.pk for one in in_force.policies_in_force(NOW)][-1] == today.pk
    assert in_force.policies_in_force(NOW + DAY)[0].pk == planned.pk
    assert in_force.planned_after(NOW).policies == [planned]
    assert in_force.planned_after(NOW + DAY).policies == []


def test_a_version_published_later_and_sooner_in_force_counts_until_the_planned_one() -> None:
    planned = publish(effective_at=NOW + DAY)
    today = publish(rules={"targets": {"first_response": {"seconds": 60}}})

    assert today.version > planned.version
    assert in_force.policies_in_force(NOW)[-1].pk == today.pk
    assert in_force.policies_in_force(NOW + DAY)[-1].pk == planned.pk


def test_what_is_retired_is_in_force_until_then() -> None:
    publish(effective_at=NOW + DAY, retired=True)

    assert [len(in_force.policies_in_force(at)) for at in (NOW, NOW + DAY)] == [2, 1]


def test_hours_are_those_of_the_instant_and_before_the_first_version_the_first() -> None:
    calendar = Calendar.objects.create(name="Church")
    first = versions.publish_calendar(calendar=calendar, spec=SUNDAYS, now=NOW, effective_at=NOW + DAY)
    second = versions.publish_calendar(calendar=calendar, spec=SUNDAYS, now=NOW, effective_at=NOW + 9 * DAY)

    asked = [NOW, NOW + DAY, NOW + 8 * DAY, NOW + 9 * DAY]
    assert [in_force.hours_in_force(calendar, at) for at in asked] == [first, first, first, second]
    assert in_force.planned_after(NOW + 2 * DAY).calendars == [second]
    assert in_force.hours_in_force(Calendar.objects.create(name="Never"), NOW) is None
