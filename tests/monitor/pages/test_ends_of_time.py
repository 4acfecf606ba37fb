"""Forms refuse what lies at the ends of time: no page could say it in every zone."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from monitor.models import Freeze, Policy
from tests.make import Make

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
