"""Policies and calendars have names that people can see, and tell from all others."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from monitor.models import Calendar, Policy

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["policy", "calendar"])
@pytest.mark.parametrize(
    ("name", "why"),
    [("%s ", "There is one of this name"), ("\u200b", "There is nothing to see in this name.")],
)
def test_a_name_that_people_take_for_another_is_refused(boss: Client, kind: str, name: str, why: str) -> None:
    known = {"policy": "EVERYBODY", "calendar": "24X7"}[kind]
    Calendar.objects.filter(name="24×7").update(name="24x7")

    page = boss.post(reverse(f"admin:monitor_{kind}_add"), {"name": name.replace("%s", known)})

    assert (page.status_code, why in page.content.decode()) == (200, True)


@pytest.mark.parametrize("kind", ["policy", "calendar"])
def test_another_name_is_taken_as_one_line(boss: Client, kind: str) -> None:
    none = {"versions-TOTAL_FORMS": 0, "versions-INITIAL_FORMS": 0}
    boss.post(reverse(f"admin:monitor_{kind}_add"), {"name": " Night\tshift", **none})

    owners = Policy.objects if kind == "policy" else Calendar.objects
    assert owners.filter(name="Night shift").exists()
