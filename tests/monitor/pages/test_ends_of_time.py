"""Forms refuse what lies at the ends of time, which no page could say in every zone; no address breaks a page there."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from monitor.models import Calendar, Freeze, Policy
from monitor.promises import versions
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

ZONES = ("Pacific/Kiritimati", "America/Los_Angeles", "UTC")
ENDS = ("0001-01-01T00:00", "9999-12-31T23:59")


@pytest.fixture(params=ZONES)
def admin(request: pytest.FixtureRequest, make: Make, client: Client) -> Client:
    agent = make.agent("admin")
    agent.timezone = request.param
    agent.save()
    client.force_login(agent)
    return client


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("field", ["starts_at", "ends_at"])
def test_no_freeze_begins_or_ends_there(admin: Client, end: str, field: str) -> None:
    told = {"name": "Storm", "reason": "No power", "declare": "1", field: end}

    answer = admin.post(reverse("freezes"), told)

    assert answer.status_code == 422
    assert "Storm" in answer.content.decode()
    assert not Freeze.objects.exists()
    assert admin.get(reverse("freezes")).status_code == 200


@pytest.mark.parametrize("end", ENDS)
def test_nothing_takes_effect_there(admin: Client, end: str) -> None:
    policy = Policy.objects.order_by("pk").first()
    assert policy is not None
    pages = [
        reverse("policy-retirement", args=[policy.pk]),
        reverse("policy-restoration", args=[policy.pk, 1]),
        reverse("new-calendar"),
    ]
    for page in pages:
        answer = admin.post(page, {"effective_at": end, "scope": "new", "why": "the end of time"})
        assert answer.status_code == 422, page


@pytest.mark.parametrize("end", ENDS)
def test_nothing_was_answered_and_nobody_is_away_until_then(admin: Client, make: Make, end: str) -> None:
    ticket = make.ticket()
    answered = {"elsewhere-way": "phone", "elsewhere-answered_at": end, "elsewhere-body": "Called."}
    answer = admin.post(reverse("ticket-answers", args=[ticket.reference]), answered)
    assert answer.status_code == 422
    assert "Called." in answer.content.decode()
    assert admin.post(reverse("absence"), {"until": end}).status_code == 422


DAYS = ("0001-01-01", "9999-12-31")
ADDRESSES = (
    "/board/?from={day}&to={day}", "/board/hiding/?from={day}&to={day}", "/board/days.csv?from={day}&to={day}",
    "/board/tickets.csv?from={day}&to={day}", "/board/?at={day}T12:00", "/?at={day}T00:00", "/?at={day}T23:59:59Z",
    "/board/months/closing/?month={month}", "/broken/?asked={day}&metric=promises", "/tickets/?asked={day}",
    "/tickets/?answered={day}..&metric=first_response", "/tickets/?due=..{day}T23:59:59Z",
    "/tickets/?due={day}T00:00:00Z..{day}T00:00:01Z", "/search/?q=parcel&from={day}&to={day}",
)  # fmt: skip


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("address", ADDRESSES)
def test_no_address_breaks_a_page_there(admin: Client, make: Make, address: str, day: str) -> None:
    make.ticket()

    answer = admin.get(address.format(day=day, month=day[:7]), follow=True)

    assert answer.status_code in {200, 400, 404, 422, 503}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("field", ["opened_at", "at_1"])
def test_no_ticket_is_tried_there(admin: Client, end: str, field: str) -> None:
    told = {"opened_at": "2026-03-09T12:00", "what_1": "answered", "at_1": "2026-03-09T13:00", field: end}

    answer = admin.post(reverse("tester"), told)

    assert answer.status_code == 422


@pytest.mark.parametrize("day", DAYS)
def test_hours_may_have_special_days_there(admin: Client, make: Make, day: str) -> None:
    calendar = Calendar.objects.get()
    spec = {"timezone": "Pacific/Kiritimati", "weekly": {"mon": [["09:00", "17:00"]]}}
    spec |= {"holidays": [day], "date_overrides": {day: [["18:00", "02:00"]]}}
    with transaction.atomic():
        versions.publish_calendar(calendar=calendar, spec=spec, now=NOW)
    make.ticket()

    for name, args in (("calendars", []), ("calendar", [calendar.pk]), ("edit-calendar", [calendar.pk])):
        assert admin.get(reverse(name, args=args)).status_code == 200, name
