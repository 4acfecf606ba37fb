"""Versions of policies are published in Django's admin, with the core's own reasons where they cannot be."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Job
from monitor.models import Calendar, CalendarVersion, Confirmation, Policy, PolicyVersion
from monitor.promises import versions
from tests.make import Make
from tests.monitor.admin.version_forms import EVERYTHING, a_policy, begun, doubts, meant, plain, publish

pytestmark = pytest.mark.django_db


def test_another_version_of_a_policy_begins_with_the_newest_and_is_published(boss: Client) -> None:
    policy = Policy.objects.get(name="Everybody")
    form = begun(boss, "policy", policy)
    rules = json.loads(form["rules"])
    assert rules == policy.versions.get().rules
    rules["targets"]["first_response"]["seconds"] = 600

    answer = boss.post(
        reverse("admin:monitor_policyversion_add"), {**form, "rules": json.dumps(rules)}, follow=True
    )

    assert "Published. It counts for what starts from now on." in answer.content.decode()
    newest = policy.versions.latest("version")
    assert (newest.version, newest.rules, newest.position) == (2, rules, 1000)
    assert newest.created_by is not None
    assert Confirmation.objects.get().what == "promises", "whoever publishes stands by it"
    assert Job.objects.get().asked_by == newest.created_by


def test_what_really_comes_of_a_version_is_said(boss: Client) -> None:
    policy = Policy.objects.get(name="Everybody")
    for changed, told in (
        ({"scope": "new_and_open"}, "Published. Open tickets are being recounted."),
        ({"effective_at_0": "2099-01-01", "effective_at_1": "00:00"}, "Nothing changes before it counts."),
    ):
        form = begun(boss, "policy", policy) | changed
        answer = boss.post(reverse("admin:monitor_policyversion_add"), form, follow=True)
        assert told in answer.content.decode()


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
    form = begun(boss, "policy", Policy.objects.get(name="Everybody"))

    answer = boss.post(reverse("admin:monitor_policyversion_add"), {**form, **change})

    assert told in answer.content.decode()
    assert PolicyVersion.objects.count() == 2


def test_a_calendar_without_hours_cannot_be_promised_in(boss: Client) -> None:
    form = begun(boss, "policy", Policy.objects.get(name="Everybody"))
    empty = Calendar.objects.create(name="Some day")

    answer = boss.post(reverse("admin:monitor_policyversion_add"), {**form, "calendar": empty.pk})

    assert "give it its hours first" in answer.content.decode()


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (
            {
                "match": {"tier": ["vip"]},
                "targets": {"first_response": {"seconds": {"urgent": 900, "high": 3600}}},
            },
            [
                "Tier “vip” (low and normal): no promise at all from New",
                "Tier “vip” (high and urgent): New leaves them without acknowledgement, next response, resolution",
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
    form = {**begun(boss, "policy", Policy.objects.get(name="Everybody")), "retired": "on"}

    for_new = doubts(publish(boss, "policy", {**form, "scope": "new"}))
    for_all = doubts(publish(boss, "policy", {**form, "scope": "new_and_open"}))

    falls = "Any channel but “chat” (any priority): no promise at all, since no policy matches"
    assert for_new == [falls]
    assert for_all == [
        "\u2068Everybody\u2069: 3 clocks that run lose their targets, or get those of another policy",
        falls,
    ]


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

    assert json.loads(begun(boss, "policy", policy)["rules"]) == first.rules
    listed = plain(boss.get(reverse("admin:monitor_policyversion_changelist")))
    assert re.search(r"Everybody ?2 ?planned.*Everybody ?1 ?in force", listed)


@pytest.mark.parametrize(
    ("kind", "of", "page"),
    [
        ("policy", Policy, "policy"),
        ("policyversion", PolicyVersion, "policy"),
        ("calendar", Calendar, "calendar"),
        ("calendarversion", CalendarVersion, "calendar"),
    ],
)
def test_lists_and_forms_of_json_lead_to_the_page_where_it_stands_in_words(
    boss: Client, kind: str, of: Any, page: str
) -> None:
    one = of.objects.order_by("pk").first()
    owner = one.pk if page == kind else getattr(one, page).pk
    link = f'href="{reverse(page, args=[owner])}"'

    assert link in boss.get(reverse(f"admin:monitor_{kind}_changelist")).content.decode()
    assert link in boss.get(reverse(f"admin:monitor_{kind}_change", args=[one.pk])).content.decode()
