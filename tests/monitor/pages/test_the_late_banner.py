"""A banner on every page says since when alarms are left alone, or since when nobody looks for them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from helpdesk.database.instant import database_now
from helpdesk.models import Agent
from monitor.watch import watchmen
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def page(client: Client, owner: Agent, settings: Settings) -> Client:
    settings.PAGE_BANNERS = ["monitor.pages.late_banner.banner"]
    return client


def shown(page: Client) -> str:
    return page.get(reverse("queue")).content.decode()


def test_a_heartbeat_that_has_stopped_is_said_though_nothing_is_late(page: Client) -> None:
    watchmen.sign("heartbeat", database_now() - timedelta(seconds=11))

    assert "No heartbeat" in shown(page)
    assert "Flags are late" not in shown(page)


def test_as_long_as_it_comes_nothing_is_said(page: Client) -> None:
    watchmen.sign("heartbeat", database_now())

    assert "No heartbeat" not in shown(page)


def test_what_is_late_is_said_first(page: Client, make: Make) -> None:
    make.ticket(now=database_now() - timedelta(hours=2))
    watchmen.sign("heartbeat", database_now() - timedelta(minutes=2))

    assert "Flags are late" in shown(page)
