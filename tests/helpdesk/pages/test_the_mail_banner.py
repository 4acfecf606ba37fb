"""A banner says, to whom it concerns, that a mailbox cannot be read or that answers do not leave, and since when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Mailbox, MailedReply
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def shown(client: Client, make: Make, who: str = "owner") -> str:
    client.force_login(make.agent(who))
    return client.get(reverse("pulse")).content.decode()


def ago(**time: float) -> Any:
    return database_now() - timedelta(**time)


def test_a_mailbox_that_has_not_been_read_for_a_while_is_named_in_its_servers_words(
    client: Client, make: Make
) -> None:
    mailbox = make.mailbox()
    Mailbox.objects.filter(pk=mailbox.pk).update(
        read_at=ago(minutes=6), failing_since=ago(minutes=5), said="LOGIN <failed>"
    )

    page = shown(client, make)

    assert "<bdi>help@shop.example</bdi>" in page
    assert "<bdi>LOGIN &lt;failed&gt;</bdi>" in page


def test_it_leads_whoever_can_mend_it_to_the_mailbox(client: Client, make: Make) -> None:
    mailbox = make.mailbox()
    Mailbox.objects.filter(pk=mailbox.pk).update(read_at=ago(minutes=6))
    place = f'href="{reverse("mailbox", args=[mailbox.pk])}"'

    assert place in shown(client, make, "admin")
    assert place not in shown(client, make)


@pytest.mark.parametrize(
    "fields",
    [
        {"read_at": timedelta(minutes=4)},
        {"created_at": timedelta(minutes=4)},
        {"read_at": timedelta(hours=1), "imap_host": ""},
    ],
)
def test_one_that_was_read_lately_or_is_not_ours_to_read_is_not(
    client: Client, make: Make, fields: dict[str, Any]
) -> None:
    dated = {
        name: database_now() - value if isinstance(value, timedelta) else value
        for name, value in fields.items()
    }
    make.mailbox()
    Mailbox.objects.update(**{"created_at": ago(days=1)} | dated)
    assert "Mail does not come in" not in shown(client, make)


def test_one_that_was_never_read_is_unread_since_it_is_known(client: Client, make: Make) -> None:
    make.mailbox()
    Mailbox.objects.update(created_at=ago(minutes=6))
    assert "Mail does not come in" in shown(client, make)


def test_who_works_elsewhere_is_not_told(client: Client, make: Make) -> None:
    make.mailbox()
    Mailbox.objects.update(created_at=ago(minutes=6))
    assert "Mail does not come in" not in shown(client, make, "outsider")
    assert "Mail does not come in" in shown(client, make, "admin")


def leaving(make: Make, *, since: Any) -> None:
    message = make.ticket(customer={"email": "jon@example.com"}).messages.get()
    MailedReply.objects.create(message=message, mailbox=make.mailbox(), leaving_since=since)


def test_answers_that_do_not_leave_are_counted(client: Client, make: Make) -> None:
    leaving(make, since=ago(minutes=11))
    assert "1 answer has not left yet" in shown(client, make)
    leaving(make, since=ago(minutes=12))
    assert "2 answers have not left yet" in shown(client, make)
    assert "not leave" not in shown(client, make, "outsider")


def test_what_has_just_been_sent_is_nothing_to_speak_of(client: Client, make: Make) -> None:
    leaving(make, since=ago(minutes=9))
    assert "not leave" not in shown(client, make)
