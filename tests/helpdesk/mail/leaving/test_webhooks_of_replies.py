"""A webhook is told of a reply once its mail server has accepted it, and of one that never leaves as a bounce."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from django.db import transaction

from helpdesk.conversation.inquiries import ask_outside
from helpdesk.conversation.recipients import Recipient, recipients
from helpdesk.conversation.replies import reply_in_public
from helpdesk.models import Mailbox, MailedReply, Message, Ticket, WebhookFact, WebhookKind
from helpdesk.webhooks.conversation_webhook import told as as_told
from tests.helpdesk.mail.leaving.conftest import minute
from tests.helpdesk.outbox.smtp_server import MailServer
from tests.make import Make

pytestmark = pytest.mark.django_db

KINDS = [WebhookKind.MESSAGE_SENT, WebhookKind.MESSAGE_BOUNCED]


def told() -> list[tuple[str, int]]:
    return list(WebhookFact.objects.order_by("sequence").values_list("kind", "sequence"))


@pytest.fixture(autouse=True)
def reply(make: Make, ticket: Ticket, mailbox: Mailbox) -> None:
    make.webhook("https://shop.example/hook", store=mailbox.store, kinds=KINDS)
    reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=minute(2))


def test_a_reply_is_told_when_it_has_left_and_once(
    server: MailServer, let_out: Callable[[float], None]
) -> None:
    server.steps["DATA"] = 451
    let_out(3)
    assert told() == []

    server.steps.clear()
    let_out(9)
    let_out(10)

    assert told() == [("message.sent", 1)]
    assert WebhookFact.objects.get().recorded_at == minute(9)


def test_one_that_is_refused_for_good_bounced_and_was_never_sent(
    server: MailServer, let_out: Callable[[float], None]
) -> None:
    server.steps["DATA"] = 550
    let_out(3)

    assert told() == [("message.bounced", 1)]


def test_a_letter_to_somebody_outside_is_told_of_as_it_is_written_to_who_asks_for_notes_and_to_nobody_else(
    make: Make, ticket: Ticket, mailbox: Mailbox, let_out: Callable[[float], None]
) -> None:
    asked_for = make.webhook("https://crm.example", store=mailbox.store, kinds=[WebhookKind.MESSAGE_NOTED])
    everything_else = set(WebhookKind) - {WebhookKind.MESSAGE_NOTED}
    shop = make.webhook("https://shop.example", store=mailbox.store, kinds=list(everything_else))
    letter = ask_the_courier(ticket, make)
    let_out(4)

    assert {party.taken_at for party in letter.parties.all()} == {minute(4)}
    [noted] = WebhookFact.objects.filter(subscription=asked_for)
    assert (noted.message, noted.recorded_at, of(noted)["outside"]) == (letter, minute(3), True)
    assert not WebhookFact.objects.filter(subscription=shop, message=letter).exists()
    assert not any(of(fact)["outside"] for fact in WebhookFact.objects.filter(subscription=shop))


def test_a_letter_that_nobody_takes_is_no_bounce_of_a_reply(
    make: Make, ticket: Ticket, server: MailServer, let_out: Callable[[float], None]
) -> None:
    let_out(3)
    server.steps["DATA"] = 550
    letter = ask_the_courier(ticket, make)
    let_out(5)

    assert MailedReply.objects.get(pk=letter.pk).state == "refused"
    assert told() == [("message.sent", 1)]


def ask_the_courier(ticket: Ticket, make: Make) -> Message:
    to = recipients(Recipient("depot@courier.example"))
    with transaction.atomic():
        return ask_outside(ticket=ticket, author=make.agent(), body="Where is it?", to=to, now=minute(3))


def of(fact: WebhookFact) -> dict[str, Any]:
    """Return the message as its webhook tells it."""
    message: dict[str, Any] = json.loads(msgspec.json.encode(as_told(fact)))["data"]["message"]
    return message
