"""Django's admin: versions are published there, with the core's own reasons where they cannot be."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from helpdesk.models import Job, TicketEvent
from monitor.models import (
    Calendar,
    CalendarVersion,
    Clock,
    Flag,
    Policy,
    PolicyVersion,
)
from monitor.promises import defaults
from monitor.watch import sweep
from tests.make import NOW, Make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def promises(make: Make) -> None:
    defaults.ensure_defaults()


@pytest.fixture
def boss(make: Make, client: Client) -> Client:
    client.force_login(make.agent("admin"))
    return client


@pytest.mark.parametrize("model", [m for m in admin.site._registry if m._meta.app_label == "monitor"])
def test_every_list_and_every_page_can_be_seen(make: Make, boss: Client, model: type[Clock]) -> None:
    make.ticket()
    sweep.sweep(now=NOW.replace(year=2027), limit=10, noticed_by="test")
    name = f"admin:monitor_{model._meta.model_name}"

    assert boss.get(reverse(f"{name}_changelist")).status_code == 200
    for pk in model.objects.values_list("pk", flat=True)[:1]:
        assert boss.get(reverse(f"{name}_change", args=[pk])).status_code == 200
        assert boss.post(reverse(f"{name}_delete", args=[pk]), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", [Clock, Flag, PolicyVersion, CalendarVersion])
def test_what_was_measured_or_published_is_never_edited(make: Make, boss: Client, model: type[Clock]) -> None:
    make.ticket(occurred_at=NOW.replace(hour=9))
    pk = model.objects.values_list("pk", flat=True)[0]

    address = reverse(f"admin:monitor_{model._meta.model_name}_change", args=[pk])
    assert boss.post(address, {"version": 7}).status_code == 403


def _form(boss: Client, kind: str, owner: Any) -> dict[str, Any]:
    """Return what the form for another version begins with."""
    page = boss.get(reverse(f"admin:monitor_{kind}version_add"), {kind: owner.pk})
    form = page.context["adminform"].form
    begun = {
        name: field.prepare_value(form.get_initial_for_field(field, name))
        for name, field in form.fields.items()
    }
    return {name: value for name, value in begun.items() if value not in (None, False)}


def test_another_version_of_a_policy_begins_with_the_newest_and_is_published(boss: Client) -> None:
    policy = Policy.objects.get(name="Everybody")
    form = _form(boss, "policy", policy)
    rules = json.loads(form["rules"])
    assert rules == policy.versions.get().rules
    rules["targets"]["first_response"]["seconds"] = 600

    answer = boss.post(
        reverse("admin:monitor_policyversion_add"), {**form, "rules": json.dumps(rules)}, follow=True
    )

    assert "recounted" in answer.content.decode()
    newest = policy.versions.latest("version")
    assert (newest.version, newest.rules, newest.position) == (2, rules, 1000)
    assert newest.created_by is not None
    assert Job.objects.get().asked_by == newest.created_by


def test_another_version_of_a_calendar_is_published(boss: Client) -> None:
    calendar = Calendar.objects.get()
    form = _form(boss, "calendar", calendar)
    spec = {"timezone": "Asia/Kolkata", "weekly": {"mon": [["10:00", "18:00"]]}, "holidays": []}

    boss.post(reverse("admin:monitor_calendarversion_add"), {**form, "spec": json.dumps(spec)})

    assert calendar.versions.latest("version").spec == spec


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"rules": '{"targets": {"first_reply": {"seconds": 1}}}'}, "targets: unknown first_reply"),
        ({"rules": '{"targets": {"update": {}}}'}, "targets.update.seconds: missing"),
        ({"rules": "{"}, "Enter a valid JSON"),
        ({"effective_at_0": "2001-01-01", "effective_at_1": "00:00"}, "before it is published"),
    ],
)
def test_a_policy_that_cannot_be_read_is_refused_with_the_place(
    boss: Client, change: dict[str, str], told: str
) -> None:
    form = _form(boss, "policy", Policy.objects.get(name="Everybody"))

    answer = boss.post(reverse("admin:monitor_policyversion_add"), {**form, **change})

    assert told in answer.content.decode()
    assert PolicyVersion.objects.count() == 2


@pytest.mark.parametrize(
    "spec",
    [
        {"timezone": "UTC", "weekly": {}},
        {"timezone": "Mars/Olympus", "weekly": {"mon": [["09:00", "17:00"]]}},
    ],
)
def test_hours_that_never_come_or_cannot_be_read_are_refused(boss: Client, spec: dict[str, Any]) -> None:
    form = _form(boss, "calendar", Calendar.objects.get())

    answer = boss.post(reverse("admin:monitor_calendarversion_add"), {**form, "spec": json.dumps(spec)})

    assert answer.context["adminform"].form.errors["spec"]
    assert CalendarVersion.objects.count() == 1


def test_a_calendar_without_hours_cannot_be_promised_in(boss: Client) -> None:
    form = _form(boss, "policy", Policy.objects.get(name="Everybody"))
    empty = Calendar.objects.create(name="Some day")

    answer = boss.post(reverse("admin:monitor_policyversion_add"), {**form, "calendar": empty.pk})

    assert "give it its hours first" in answer.content.decode()


def test_an_event_that_was_set_aside_waits_again(make: Make, boss: Client) -> None:
    make.ticket()
    TicketEvent.objects.update(relayed_at=None, set_aside_at=NOW, failures=5)
    address = reverse("admin:helpdesk_ticketevent_changelist")
    assert b"T-" in boss.get(address, {"set_aside": "yes"}).content
    chosen = {"action": "retry", "_selected_action": TicketEvent.objects.get().pk}

    answer = boss.post(address, chosen, follow=True)

    assert "1 event waits again." in answer.content.decode()
    assert TicketEvent.objects.waiting().get().failures == 0
