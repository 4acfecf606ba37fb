"""Django's admin: versions are published there, with the core's own reasons where they cannot be."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from helpdesk.database.instant import database_now
from helpdesk.models import Job, TicketEvent
from monitor.models import (
    Calendar,
    CalendarVersion,
    Clock,
    Confirmation,
    Flag,
    Policy,
    PolicyVersion,
)
from monitor.promises import defaults, versions
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


def publish(boss: Client, kind: str, form: dict[str, Any]) -> Any:
    return boss.post(reverse(f"admin:monitor_{kind}version_add"), form)


def doubts(answer: Any) -> list[str]:
    """Return what is said beside the rules or hours, of a form that was not accepted."""
    assert answer.status_code == 200
    form = answer.context["adminform"].form
    return list(form.errors[form.doubted])


def meant(answer: Any) -> str:
    [(key, _words)] = answer.context["adminform"].form.fields["meant"].widget.choices
    return str(key)


def a_policy(boss: Client, name: str, rules: dict[str, Any], position: int = 1) -> dict[str, Any]:
    calendar = Calendar.objects.get(name="24×7")
    return {
        "policy": Policy.objects.get_or_create(name=name)[0].pk,
        "position": position,
        "scope": "new",
        "calendar": calendar.pk,
        "rules": json.dumps(rules),
    }


EVERYTHING = {
    name: {"seconds": 60} for name in ("acknowledgement", "first_response", "next_response", "resolution")
}


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (
            {
                "match": {"tier": ["vip"]},
                "targets": {"first_response": {"seconds": {"urgent": 900, "high": 3600}}},
            },
            [
                "Tier “vip” (low, normal): no promise at all from New",
                "Tier “vip” (high, urgent): New leaves them without acknowledgement, next response, resolution",
            ],
        ),
        (
            {"match": {"channel": ["Contact Form"]}, "targets": EVERYTHING},
            ["New can never match: no ticket has the channel “Contact Form”"],
        ),
        (
            {"match": {"queue": [424242]}, "targets": EVERYTHING},
            ["New can never match: no ticket has the queue “424242”"],
        ),
        (
            {"match": {"tags": []}, "targets": EVERYTHING},
            ["New can never match: a list without any tag matches no ticket"],
        ),
        (
            {"match": {}, "targets": EVERYTHING},
            [
                "Chat is never reached: all its tickets meet New before it",
                "Everybody is never reached: all its tickets meet New before it",
            ],
        ),
    ],
)
def test_what_a_policy_takes_or_never_does_is_said_and_goes_on_when_it_is_meant(
    boss: Client, rules: dict[str, Any], said: list[str]
) -> None:
    form = a_policy(boss, "New", rules)

    asked = publish(boss, "policy", form)

    assert doubts(asked) == said
    assert not PolicyVersion.objects.filter(policy__name="New").exists()
    assert doubts(publish(boss, "policy", {**form, "meant": "yes"})) == said
    assert publish(boss, "policy", {**form, "meant": meant(asked)}).status_code == 302
    assert PolicyVersion.objects.get(policy__name="New").rules == rules


def test_other_doubts_than_those_that_were_read_are_asked_anew(boss: Client) -> None:
    form = a_policy(boss, "New", {"match": {"tags": []}, "targets": EVERYTHING})
    key = meant(publish(boss, "policy", form))
    worse = {"match": {"tags": [], "channel": []}, "targets": EVERYTHING}

    assert len(doubts(publish(boss, "policy", {**form, "rules": json.dumps(worse), "meant": key}))) == 2


def test_what_a_retired_version_takes_from_clocks_that_run_is_said_first(make: Make, boss: Client) -> None:
    make.ticket()
    form = {**_form(boss, "policy", Policy.objects.get(name="Everybody")), "retired": "on"}

    for_new = doubts(publish(boss, "policy", {**form, "scope": "new"}))
    for_all = doubts(publish(boss, "policy", {**form, "scope": "new_and_open"}))

    falls = "Any channel but “chat” (any priority): no promise at all, since no policy matches"
    assert for_new == [falls]
    assert for_all == [
        "Everybody: 3 clocks that run lose their targets, or get those of another policy",
        falls,
    ]


OFFICE = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"weekly": {**OFFICE, "sat": [["00:00", "00:00"]]}}, ["Saturday: 24 hours"]),
        ({"weekly": {**OFFICE, "sun": [["09:00", "09:00"]]}}, ["Sunday 09:00 to Monday 09:00 (24 hours)"]),
        ({"weekly": {"mon": [["17:00", "09:00"]]}}, ["Monday 17:00 to Tuesday 09:00 (16 hours)"]),
        (
            {"weekly": OFFICE, "date_overrides": {"2030-12-24": [["12:00", "08:00"]]}},
            ["2030-12-24 12:00 to the next day 08:00 (20 hours)"],
        ),
        ({"weekly": {}}, ["never opens: nothing that counts in these hours is ever due"]),
        (
            {
                "weekly": {},
                "date_overrides": {"2030-12-24": [["09:00", "17:00"]], "2030-12-23": [["09:00", "12:00"]]},
            },
            [
                "Chat: its longest target is not used up within five years",
                "Everybody: its longest target is not used up within five years",
                "opens for the last time on 2030-12-24, and never again",
            ],
        ),
        (
            {"weekly": {"mon": [["09:00", "09:01"]]}},
            [
                "Chat: its longest target is not used up within five years",
                "Everybody: its longest target is not used up within five years",
            ],
        ),
    ],
)
def test_odd_hours_are_said_in_words_and_published_when_they_are_meant(
    boss: Client, spec: dict[str, Any], said: list[str]
) -> None:
    calendar = Calendar.objects.get()
    form = {"calendar": calendar.pk, "spec": json.dumps({"timezone": "Europe/Berlin", **spec})}

    asked = publish(boss, "calendar", form)

    assert doubts(asked) == said
    assert calendar.versions.count() == 1
    assert publish(boss, "calendar", {**form, "meant": meant(asked)}).status_code == 302
    assert calendar.versions.count() == 2


@pytest.mark.parametrize("closes", ["23:59", "23:59:59"])
def test_a_minute_before_midnight_is_published_as_midnight(boss: Client, closes: str) -> None:
    spec = {
        "timezone": "UTC",
        "weekly": {"mon": [["00:00", closes]]},
        "date_overrides": {"2030-12-24": [["09:00", closes]]},
    }

    publish(boss, "calendar", {"calendar": Calendar.objects.get().pk, "spec": json.dumps(spec)})

    published = CalendarVersion.objects.latest("version").spec
    assert published["weekly"] == {"mon": [["00:00", "24:00"]]}
    assert published["date_overrides"] == {"2030-12-24": [["09:00", "24:00"]]}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"timezone": "UTC", "weekly": {"mon": [], "mon": [["09:00", "17:00"]]}}', "“mon” stands twice"),
        ('{"timezone": "UTC", "weekly": {}, "holidays": [], "holidays": []}', "“holidays” stands twice"),
        ('{"timezone": "UTC", "weekly": {}, "holidays": ["20261224", "2026-12-24"]}', "“20261224”"),
        (
            '{"timezone": "UTC", "weekly": {}, "holidays": ["2026-12-24", "2026-12-24"]}',
            "2026-12-24 stands there twice",
        ),
        ('{"timezone": "UTC", "weekly": {}, "date_overrides": {"2026-W52-4": []}}', "“2026-W52-4”"),
    ],
)
def test_what_is_said_twice_or_in_two_ways_is_refused_by_name(boss: Client, text: str, told: str) -> None:
    [said] = doubts(publish(boss, "calendar", {"calendar": Calendar.objects.get().pk, "spec": text}))
    assert told in said


@pytest.mark.parametrize("text", ["[" * 100_000, '{"timezone": ' + "9" * 5000 + "}", '{"weekly": NaN'])
def test_what_cannot_be_read_at_all_is_refused_and_shown_again(boss: Client, text: str) -> None:
    page = publish(boss, "calendar", {"calendar": Calendar.objects.get().pk, "spec": text})

    assert doubts(page) == ["Enter a valid JSON."]
    assert text in unescape(page.content.decode())


def test_a_name_that_stands_twice_in_rules_is_refused(boss: Client) -> None:
    form = a_policy(boss, "New", {}) | {"rules": '{"match": {}, "targets": {}, "match": {"tier": ["vip"]}}'}
    assert "“match” stands twice" in doubts(publish(boss, "policy", form))[0]


def test_another_version_begins_with_what_is_in_force_not_with_what_is_planned(boss: Client) -> None:
    policy, now = Policy.objects.get(name="Everybody"), database_now()
    first = policy.versions.get()
    versions.publish_policy(
        policy=policy, rules={"targets": EVERYTHING}, position=3, calendar=first.calendar, now=now,
        effective_at=now + timedelta(days=30),
    )  # fmt: skip

    assert json.loads(_form(boss, "policy", policy)["rules"]) == first.rules
    listed = plain(boss.get(reverse("admin:monitor_policyversion_changelist")))
    assert re.search(r"Everybody ?2 ?planned.*Everybody ?1 ?in force", listed)


def test_a_version_that_cannot_be_read_is_listed_as_such(boss: Client) -> None:
    first = CalendarVersion.objects.get()
    CalendarVersion.objects.create(
        calendar=first.calendar, version=2, effective_at=first.effective_at, spec={}
    )

    listed = plain(boss.get(reverse("admin:monitor_calendarversion_changelist")))
    assert re.search(r"24×7 ?2 ?cannot be read: the one before it counts.*24×7 ?1 ?in force", listed)


def test_whoever_publishes_stands_by_it(boss: Client) -> None:
    test_another_version_of_a_policy_begins_with_the_newest_and_is_published(boss)
    assert Confirmation.objects.get().what == "promises"
    test_another_version_of_a_calendar_is_published(boss)
    assert Confirmation.objects.latest("pk").what == "hours"


def plain(answer: Any) -> str:
    return " ".join(strip_tags(answer.content.decode()).split())
