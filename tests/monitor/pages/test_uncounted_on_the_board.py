"""The board says of how many tickets its figures are old or missing, to whoever sees those."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from helpdesk.database.instant import database_now
from helpdesk.models import Environment, Ticket
from monitor.models import UncountedTicket
from tests import figures
from tests.make import Make

pytestmark = pytest.mark.django_db


def test_how_many_could_not_be_counted_is_said_of_what_is_looked_at(client: Client, make: Make) -> None:
    now = database_now()
    figures.begin()
    client.force_login(make.agent("overseer"))
    set_aside(make.ticket(now=now), make.ticket(now=now, channel="chat"), now=now)
    set_aside(make.ticket(now=now, store=make.store("Trial", environment=Environment.TEST)), now=now)

    assert "2 tickets could not be counted" in plain(client.get(reverse("board")))
    assert "1 ticket could not be counted" in plain(client.get(reverse("board"), {"channel": "chat"}))
    client.force_login(make.agent("outsider"))
    assert "could not be counted" not in plain(client.get(reverse("board")))


def set_aside(*tickets: Ticket, now: datetime) -> None:
    for ticket in tickets:
        UncountedTicket.objects.create(pk=ticket.pk, set_aside_at=now, retry_at=now, last_error="KeyError")


def plain(page: Any) -> str:
    return re.sub(r"\s+", " ", strip_tags(page.content.decode()))
