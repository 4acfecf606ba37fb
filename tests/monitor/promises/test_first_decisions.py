"""Hours that are set, and who stands by what."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from helpdesk.models import Agent
from monitor.models import Calendar, CalendarVersion, Confirmable, Confirmation, Policy, PolicyVersion
from monitor.promises import first_decisions, in_force, versions
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

DAY = timedelta(days=1)
MONDAYS = {"mon": [["09:00", "17:00"]]}


@pytest.fixture
def boss(make: Make) -> Agent:
    return make.agent("admin")


def set_mondays(boss: Agent, weekly: Any = MONDAYS, **fields: Any) -> bool:
    given = {"timezone": "UTC", "by": boss, "now": NOW, **fields}
    return first_decisions.set_hours(weekly=weekly, **given)


def test_hours_of_ones_own_never_take_the_place_of_others_with_their_name(boss: Agent) -> None:
    taken = Calendar.objects.create(name="Working hours")
    spec = {"timezone": "UTC", "weekly": {"tue": [["09:00", "17:00"]]}, "holidays": ["2026-12-25"]}
    versions.publish_calendar(calendar=taken, spec=spec, now=NOW)

    assert set_mondays(boss)

    assert taken.versions.get().spec == spec
    assert {one.calendar.name for one in in_force.policies_in_force(NOW)} == {"Working hours 2"}


def test_hours_that_never_open_are_set_only_where_they_are_meant(boss: Agent) -> None:
    with pytest.raises(versions.NeverOpens):
        set_mondays(boss, weekly={})
    assert (Calendar.objects.count(), Confirmation.objects.count()) == (1, 0)

    assert set_mondays(boss, weekly={}, confirmed=True)
    assert CalendarVersion.objects.latest("pk").spec["weekly"] == {}


def test_hours_that_were_shown_and_are_no_longer_in_force_are_not_overwritten(boss: Agent) -> None:
    set_mondays(boss)
    with pytest.raises(first_decisions.HoursChangedMeanwhile):
        set_mondays(boss, weekly={}, seen=CalendarVersion.objects.earliest("pk").pk)


def test_the_promise_to_everybody_asks_no_condition_and_need_not_be_the_last(boss: Agent) -> None:
    always = Calendar.objects.get()
    night = Calendar.objects.create(name="Night")
    spec = {"timezone": "UTC", "weekly": {"mon": [["22:00", "06:00"]]}}
    versions.publish_calendar(calendar=night, spec=spec, now=NOW)
    rules = {"match": {"tier": ["vip"]}, "targets": {"first_response": {"seconds": 60}}}
    behind = Policy.objects.create(name="Behind")
    versions.publish_policy(policy=behind, rules=rules, position=2000, calendar=night, now=NOW)

    shown = first_decisions.shown_hours(NOW)
    assert shown is not None
    assert shown.version.calendar == always


def test_a_shipped_promise_that_somebody_has_moved_elsewhere_stays_there(boss: Agent) -> None:
    chat, night = Policy.objects.get(name="Chat"), Calendar.objects.create(name="Night")
    spec = {"timezone": "UTC", "weekly": {"mon": [["22:00", "06:00"]]}}
    versions.publish_calendar(calendar=night, spec=spec, now=NOW)
    versions.publish_again(chat.versions.get(), calendar=night, now=NOW, by=boss)

    set_mondays(boss)

    counting = {one.policy.name: one.calendar.name for one in in_force.policies_in_force(NOW)}
    assert counting == {"Chat": "Night", "Everybody": "Working hours"}


def test_promises_are_confirmed_as_long_as_their_weeks_are(boss: Agent) -> None:
    assert not first_decisions.promises_are_confirmed(NOW)
    first_decisions.confirm(Confirmable.PROMISES, by=boss, now=NOW)
    assert first_decisions.promises_are_confirmed(NOW)

    set_mondays(boss, now=NOW + DAY)
    assert not first_decisions.promises_are_confirmed(NOW + DAY)

    first_decisions.confirm(Confirmable.PROMISES, by=boss, now=NOW + DAY)
    set_mondays(boss, timezone="Asia/Tokyo", now=NOW + 2 * DAY)
    assert first_decisions.promises_are_confirmed(NOW + 2 * DAY), "a working day is as long elsewhere"


def test_a_policy_that_comes_later_does_not_ask_again(boss: Agent) -> None:
    first_decisions.confirm(Confirmable.PROMISES, by=boss, now=NOW)
    last = PolicyVersion.objects.latest("position")
    versions.publish_policy(
        policy=Policy.objects.create(name="VIP"),
        rules=last.rules,
        position=1,
        calendar=last.calendar,
        now=NOW + DAY,
    )
    assert first_decisions.promises_are_confirmed(NOW + DAY)


def test_what_is_confirmed_is_hours_or_promises(boss: Agent) -> None:
    assert str(Confirmation(what="hours")) == "working hours"
    with pytest.raises(IntegrityError, match="confirmation_of_what_is_known"), transaction.atomic():
        Confirmation.objects.create(what="weather", at=NOW, by=boss)


def test_whoever_had_signed_a_version_before_stands_by_it(boss: Agent) -> None:
    """The migration."""
    [version] = PolicyVersion.objects.filter(policy__name="Chat")
    versions.publish_again(version, calendar=version.calendar, now=NOW, by=boss)
    with connection.cursor() as cursor:
        cursor.execute(import_module("monitor.migrations.0009_confirmations").CONFIRMED)

    assert list(Confirmation.objects.values_list("what", "by")) == [("promises", boss.pk)]
