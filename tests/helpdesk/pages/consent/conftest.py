"""A provider that runs here, an admin, and a mailbox that is signed in to by consent."""

from __future__ import annotations

import pytest
from django.test import Client

from helpdesk.models import Agent
from tests.helpdesk.mail.consent.conftest import consent, mailbox, provider
from tests.make import Make

__all__ = ["consent", "mailbox", "provider"]


@pytest.fixture
def admin(make: Make, client: Client) -> Agent:
    agent = make.agent("admin")
    client.force_login(agent)
    return agent
