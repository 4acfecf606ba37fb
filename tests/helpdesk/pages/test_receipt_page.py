"""What receipts say is seen by an admin before any leaves."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.models import Mailbox, SecurityEvent
from monitor.promises.defaults import ensure_defaults
from tests.helpdesk.mail.filing.post import mail, post
from tests.make import NOW, Make

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailbox(make: Make, client: Client) -> Mailbox:
    client.force_login(make.agent("admin"))
    return make.mailbox(public_name="Bright <Lamps>", signature="Bright Lamps\n1 Street")


def page(client: Client, mailbox: Mailbox, **sent: str) -> str:
    address = reverse("mailbox-receipt", args=[mailbox.pk])
    answer = client.post(address, sent, follow=True) if sent else client.get(address)
    mailbox.refresh_from_db()
    return answer.content.decode()


def test_the_page_shows_it_in_each_language_and_none_leaves_yet(client: Client, mailbox: Mailbox) -> None:
    shown = page(client, mailbox)

    for language, way, said in (
        ("en", "ltr", "A person will answer by "),
        ("he", "rtl", "נציג אנושי יענה לך עד"),
        ("ta", "ltr", "ஒருவர் உங்களுக்குப் பதிலளிப்பார்."),
    ):
        part = shown.partition(f'<div class="said" lang="{language}" dir="{way}">')[2].partition("</div>")[0]
        assert said in part
        assert "Bright Lamps\n1 Street" in part
    assert not mailbox.sends_receipts


def test_they_leave_once_somebody_has_said_so_and_until_they_say_no(client: Client, mailbox: Mailbox) -> None:
    sends = []
    for switch in ("on", "on", "off"):
        page(client, mailbox, receipts=switch)
        sends.append(mailbox.sends_receipts)

    assert sends == [True, True, False]
    assert [event.facts["fields"] for event in SecurityEvent.objects.filter(facts__what="mailbox")] == [
        ["receipts_since"],
        ["receipts_since"],
    ]


def test_each_language_may_begin_in_words_of_its_own(client: Client, mailbox: Mailbox) -> None:
    shown = page(client, mailbox, receipts="words", en="Hi <b>there</b>!\n\nGot it.", he="", ta="  ")

    assert mailbox.receipt_openings == {"en": "Hi <b>there</b>!\n\nGot it."}
    assert "Hi &lt;b&gt;there&lt;/b&gt;!\n\nGot it.\n\nA person will answer by" in shown.replace("\r", "")
    assert "שלום,\n\nהודעתך" in shown


def test_words_that_are_too_long_are_given_back(client: Client, mailbox: Mailbox) -> None:
    shown = page(client, mailbox, receipts="words", en="x" * 2001)

    assert "x" * 2001 in shown
    assert mailbox.receipt_openings == {}


@pytest.mark.parametrize("who", ["overseer", "outsider"])
def test_only_admins_see_or_change_it(make: Make, client: Client, mailbox: Mailbox, who: str) -> None:
    client.force_login(make.agent(who))
    address = reverse("mailbox-receipt", args=[mailbox.pk])

    assert [client.get(address).status_code, client.post(address, {"receipts": "on"}).status_code] == [
        403,
        403,
    ]
    mailbox.refresh_from_db()
    assert not mailbox.sends_receipts


def test_the_ticket_shows_to_whom_what_was_promised(make: Make, client: Client, mailbox: Mailbox) -> None:
    ensure_defaults()
    page(client, mailbox, receipts="on")
    kept = post(mailbox.store, mail(), now=NOW)
    assert kept.message is not None

    shown = client.get(reverse("ticket", args=[kept.message.ticket.reference])).content.decode()
    assert "Receipt to <bdi>jon@example.com</bdi>" in shown
    assert "It promises an answer by" in shown
