"""A reply that only holds off is marked so where it is written, and stays so until it is said."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.conversation import held_replies
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, CannedReply, HeldReply, Message, Ticket, TicketEvent
from tests.helpdesk.pages.test_canned_replies import form, insert, kept, owner, send, ticket
from tests.make import Make

__all__ = ["owner", "ticket"]

pytestmark = pytest.mark.django_db


def marks() -> list[bool]:
    """Return of each public reply whether its event says that it is holding."""
    told = TicketEvent.objects.filter(kind="public_reply_sent").order_by("pk")
    return [event.payload.get("holding", False) for event in told]


def page(client: Client, ticket: Ticket) -> str:
    return client.get(reverse("ticket", args=[ticket.reference])).content.decode()


@pytest.mark.usefixtures("owner")
def test_a_reply_is_marked_by_a_box_and_shown_so(client: Client, ticket: Ticket) -> None:
    assert 'name="holding">' in page(client, ticket)

    send(client, ticket, "We have it.", holding="on")
    send(client, ticket, "It is on its way.")

    assert marks() == [True, False]
    assert list(Message.objects.filter(author="agent").order_by("pk").values_list("holding", flat=True)) == [
        True,
        False,
    ]
    assert page(client, ticket).count("holding</span>") == 1


@pytest.mark.usefixtures("owner")
def test_a_note_is_never_marked(client: Client, ticket: Ticket) -> None:
    send(client, ticket, "Hm.", mode="note", then="note", holding="on")

    assert not Message.objects.get(public=False).holding


def test_a_canned_reply_that_holds_off_ticks_the_box(client: Client, owner: Agent, ticket: Ticket) -> None:
    texts = {"en": "We have it."}
    holding, other = kept(owner, texts=texts, holding=True), kept(owner, texts=texts)

    assert insert(client, ticket, holding).json()["holding"] is True
    assert insert(client, ticket, other).json()["holding"] is False
    address = reverse("ticket-canned", args=[ticket.reference])
    without_script = client.post(address, {"canned": holding.pk, "body": "Hello."}).content.decode()
    assert 'name="holding" checked>' in without_script


@pytest.mark.usefixtures("owner")
def test_a_canned_reply_is_kept_with_its_mark(client: Client) -> None:
    client.post(reverse("canned-reply-new"), form(("en", "We have it."), holding="on"))

    reply = CannedReply.objects.get()
    assert reply.holding
    shown = client.get(reverse("canned-reply", args=[reply.pk])).content.decode()
    assert re.search(r'<input[^>]* name="holding"[^>]* checked', shown)


def test_what_is_held_keeps_its_mark_and_gives_it_back(client: Client, owner: Agent, make: Make) -> None:
    store = make.mailbox().store
    ticket = make.ticket(now=database_now(), store=store, customer={"email": "jane@example.com"})
    send(client, ticket, "We have it.", holding="on")
    held = HeldReply.objects.get()
    assert held.holding

    client.post(reverse("ticket-held-reply", args=[ticket.reference, held.pk]))
    assert 'name="holding" checked>' in page(client, ticket)

    send(client, ticket, "We have it.", holding="on")
    held_replies.let_go(now=database_now() + timedelta(minutes=1), limit=9)
    assert marks() == [True]
