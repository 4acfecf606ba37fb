"""A banner says that mail cannot leave, to everybody, and that a webhook does not answer, to the admins."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import WayOut
from helpdesk.outbox import mail_server
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def shown(client: Client, make: Make, who: str) -> str:
    client.force_login(make.agent(who))
    return client.get(reverse("pulse")).content.decode()


def down(name: str) -> None:
    since = database_now() - timedelta(hours=1)
    WayOut.objects.create(name=name, down_since=since, probe_at=since)


def test_as_long_as_all_leaves_nothing_is_said(client: Client, make: Make) -> None:
    WayOut.objects.create(name=mail_server.way_out())

    assert "banner" not in shown(client, make, "admin")


@pytest.mark.parametrize("who", ["owner", "admin"])
def test_that_mail_cannot_leave_is_said_to_everybody(client: Client, make: Make, who: str) -> None:
    down(mail_server.way_out())

    assert "Mail cannot leave" in shown(client, make, who)


def test_a_webhook_that_does_not_answer_is_said_to_admins(client: Client, make: Make) -> None:
    down("https://shop.example:443")

    assert "shop.example" in shown(client, make, "admin")
    assert "Mail cannot leave" not in shown(client, make, "admin")
    assert "shop.example" not in shown(client, make, "owner")


def test_a_mailbox_that_cannot_send_is_no_webhook(client: Client, make: Make) -> None:
    down(mail_server.way_out_of_mailbox(make.mailbox()))
    told = shown(client, make, "admin")

    assert "Mailboxes cannot send" in told
    assert "help@shop.example" in told
    assert "Webhooks wait" not in told
    assert "help@shop.example" not in shown(client, make, "owner")
