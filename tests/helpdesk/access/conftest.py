"""A ticket to act on, and nobody who listens."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.helpdesk.desk import nobody_listens, ticket
from tests.make import Make

__all__ = ["nobody_listens", "ticket"]


@pytest.fixture
def boss(make: Make, client: Client) -> Client:
    """An admin who is logged in."""
    client.force_login(make.agent("admin"))
    return client
