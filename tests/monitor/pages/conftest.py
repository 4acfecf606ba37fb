"""The shipped promises, and somebody who looks."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from helpdesk.models import Agent
from monitor.promises.defaults import ensure_defaults
from tests.make import Make


@pytest.fixture(autouse=True)
def promises(make: Make) -> None:
    ensure_defaults()


@pytest.fixture(autouse=True)
def no_banners(settings: Settings) -> None:
    settings.PAGE_BANNERS = []


@pytest.fixture
def owner(make: Make, client: Client) -> Agent:
    agent = make.agent("owner")
    client.force_login(agent)
    return agent
