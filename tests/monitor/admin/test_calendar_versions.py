"""Versions of calendars are published in Django's admin: odd hours are said in words, unreadable ones refused."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from monitor.models import Calendar, CalendarVersion, Confirmation, Policy
from tests.monitor.admin.version_forms import begun, doubts, meant, plain, publish

pytestmark = pytest.mark.django_db


def test_another_version_of_a_calendar_is_published(boss: Client) -> None:
    calendar = Calendar.objects.get()
    form = begun(boss, "calendar", calendar)
    spec = {"timezone": "Asia/Kolkata", "weekly": {"mon": [["10:00", "18:00"]]}, "holidays": []}

    boss.post(reverse("admin:monitor_calendarversion_add"), {**form, "spec": json.dumps(spec)})

    assert calendar.versions.latest("version").spec == spec
    assert Confirmation.objects.get().what == "hours", "whoever publishes stands by it"


@pytest.mark.parametrize(
    "spec",
    [
        {"timezone": "UTC", "weekly": {}},
        {"timezone": "Mars/Olympus", "weekly": {"mon": [["09:00", "17:00"]]}},
    ],
)
def test_hours_that_never_come_or_cannot_be_read_are_refused(boss: Client, spec: dict[str, Any]) -> None:
    form = begun(boss, "calendar", Calendar.objects.get())

    answer = boss.post(reverse("admin:monitor_calendarversion_add"), {**form, "spec": json.dumps(spec)})

    assert answer.context["adminform"].form.errors["spec"]
    assert CalendarVersion.objects.count() == 1


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


@pytest.mark.parametrize("sign", ["\\ud800", "x\\udfffy", "\\u0000"])
def test_what_no_table_holds_is_refused_and_shown_again(boss: Client, sign: str) -> None:
    hours, promises = Calendar.objects.get(), Policy.objects.get(name="Everybody")
    for kind, owner, column, text in (
        ("calendar", hours, "spec", f'{{"timezone": "{sign}", "weekly": {{}}}}'),
        ("policy", promises, "rules", f'{{"match": {{"tags": ["{sign}"]}}, "targets": {{}}}}'),
        ("policy", promises, "rules", f'{{"{sign}": 1}}'),
    ):
        page = publish(boss, kind, {**begun(boss, kind, owner), column: text})

        assert doubts(page) == ["Half of a character or a NUL stands in it; neither can be kept."]
        assert text in unescape(page.content.decode())


def test_a_version_that_cannot_be_read_is_listed_as_such(boss: Client) -> None:
    first = CalendarVersion.objects.get()
    CalendarVersion.objects.create(
        calendar=first.calendar, version=2, effective_at=first.effective_at, spec={}
    )

    listed = plain(boss.get(reverse("admin:monitor_calendarversion_changelist")))
    assert re.search(r"24×7 ?2 ?cannot be read: the one before it counts.*24×7 ?1 ?in force", listed)
