"""The page of report keys: made for oneself, shown once, ended; an admin ends anybody's."""

from __future__ import annotations

import re

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.access import report_keys
from helpdesk.models import Agent, ReportKey
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

RAW = re.compile(r"atr_live_[0-9a-f]{12}_[0-9a-f]{64}")


@pytest.fixture
def overseer(make: Make, client: Client) -> Agent:
    make.store()
    agent = make.agent("overseer")
    client.force_login(agent)
    return agent


def test_a_key_is_shown_once_and_lets_in(client: Client, overseer: Agent) -> None:
    page = client.post(reverse("new-report-key"), {"name": "A screen"}, follow=True).content.decode()
    shown = RAW.search(page)

    assert shown
    admission = report_keys.admit(shown[0])
    assert admission
    assert (admission.key.agent, admission.key.name) == (overseer, "A screen")
    assert not RAW.search(client.get(reverse("report-keys")).content.decode())


def test_without_a_name_it_is_not_made(client: Client, overseer: Agent) -> None:
    assert client.post(reverse("new-report-key"), {"name": " "}).status_code == 422
    assert not ReportKey.objects.exists()


def test_an_admin_sees_and_ends_that_of_another_and_no_colleague_does(
    make: Make, client: Client, overseer: Agent
) -> None:
    with transaction.atomic():
        key, raw = report_keys.issue(overseer, environment="live", name="A screen", now=NOW)
    ending = reverse("report-key-revocation", args=[key.public_id])
    client.force_login(make.agent("colleague"))
    assert client.post(ending).status_code == 404
    client.force_login(make.agent("admin"))

    assert key.public_id in client.get(reverse("report-keys")).content.decode()
    client.post(ending)
    assert report_keys.admit(raw) is None
