"""An admin in Django's admin, and the shipped promises."""

from __future__ import annotations

import pytest
from django.test import Client

from monitor.promises import defaults
from tests.make import Make


@pytest.fixture(autouse=True)
def promises(make: Make) -> None:
    defaults.ensure_defaults()


@pytest.fixture
def boss(make: Make, client: Client) -> Client:
    client.force_login(make.agent("admin"))
    return client
