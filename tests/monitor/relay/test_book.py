"""A version that cannot be read is left out of the book and shown; the one before it counts."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from helpdesk.tickets import assignment
from monitor.models import Calendar, CalendarVersion, Clock, Policy, PolicyVersion
from monitor.promises import in_force
from monitor.relay import book
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

HOUR = timedelta(hours=1)
BAD_RULES = {"targets": {"first_reply": {"seconds": 1}}}
BAD_HOURS: list[Any] = [
    {"timezone": "Mars/Olympus", "weekly": {}},
    {"timezone": "UTC", "weekly": []},
    {"any_of": [{"timezone": "UTC", "weekly": {"mon": [["25:00", "26:00"]]}}]},
    [],
    7,
]


def a_policy_version(name: str = "Everybody", **fields: Any) -> PolicyVersion:
    """Write a version past every check, as an older program or a restored backup may have left it."""
    policy = Policy.objects.get(name=name)
    last = policy.versions.latest("version")
    given = {
        "rules": last.rules, "position": last.position, "calendar": last.calendar, "scope": "new",
        "effective_at": NOW - HOUR, "version": last.version + 1,
    }  # fmt: skip
    return PolicyVersion.objects.create(policy=policy, **given | fields)


def a_calendar_version(spec: Any, calendar: Calendar | None = None) -> CalendarVersion:
    return CalendarVersion.objects.create(
        calendar=calendar or Calendar.objects.get(), version=2, effective_at=NOW - HOUR, spec=spec
    )


def left_out() -> list[PolicyVersion | CalendarVersion]:
    return [one.version for one in book.unreadable()]


@pytest.mark.parametrize("rules", [BAD_RULES, [], 7, {"match": None}])
def test_rules_that_cannot_be_read_condemn_no_ticket(
    make: Make, rules: Any, caplog: pytest.LogCaptureFixture
) -> None:
    version = a_policy_version(rules=rules)
    with caplog.at_level(logging.ERROR):
        ticket = make.ticket()
        with transaction.atomic():
            assignment.acknowledge(ticket=ticket, by=make.agent(), now=NOW)

    assert Clock.objects.get(metric="first_response").target == 4 * HOUR
    assert not ticket.events.filter(relayed_at=None).exists()
    assert left_out() == [version]
    assert [line for line in caplog.messages if line.startswith("version_unreadable Everybody v2: ")]


@pytest.mark.parametrize("spec", BAD_HOURS)
def test_hours_that_cannot_be_read_leave_those_before_them(make: Make, spec: Any) -> None:
    version = a_calendar_version(spec)
    make.ticket()

    assert Clock.objects.get(metric="first_response").due_at == NOW + 4 * HOUR
    assert left_out() == [version]


def test_a_promise_in_a_calendar_without_any_hours_is_left_out_too(make: Make) -> None:
    calendar = Calendar.objects.create(name="Some day")
    hours = a_calendar_version({}, calendar)
    version = a_policy_version(calendar=calendar)
    make.ticket()

    assert left_out() == [hours, version]
    assert Clock.objects.get(metric="first_response").target == 4 * HOUR


def test_what_is_retired_promises_nothing_whatever_its_rules_say(make: Make) -> None:
    a_policy_version(rules=BAD_RULES, retired=True)
    make.ticket()

    assert left_out() == []
    assert Clock.objects.get(metric="first_response").target is None


def test_what_is_left_out_is_not_called_in_force() -> None:
    a_policy_version(rules=BAD_RULES)
    a_calendar_version({})

    everybody = in_force.policies_in_force(NOW)[-1]
    assert everybody.version == 1
    hours = in_force.hours_in_force(everybody.calendar, NOW)
    assert hours is not None
    assert hours.version == 1
