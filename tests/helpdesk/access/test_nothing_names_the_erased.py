"""Whoever is erased is named by no copy of their name or address: who gets a reply, under which name it was said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from helpdesk.access import erasure
from helpdesk.conversation import held_replies, replies
from helpdesk.conversation.recipients import Recipient
from helpdesk.models import (
    Agent,
    Customer,
    Delivery,
    HeldReply,
    IdempotentRequest,
    Invitation,
    MailedReply,
    Message,
    MessageMarkup,
    Store,
    Ticket,
)
from tests.helpdesk.access.test_departures import form_of
from tests.helpdesk.mail.filing.post import mail, post
from tests.make import NOW, Make

SOON, LATER = NOW + timedelta(minutes=5), NOW + timedelta(hours=1)
ADDRESS, NAME = "Zelda.Quist@Example.net", "Zelda Quist"
ZELDA = Recipient(ADDRESS, NAME)

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def shop(make: Make) -> Store:
    make.agent()
    make.mailbox(smtp_host="127.0.0.1", smtp_port=9)
    return make.store()


@pytest.fixture
def asked(shop: Store) -> Message:
    """What somebody else has asked by mail."""
    message = post(shop, mail()).message
    assert message is not None
    return message


def named_in() -> set[str]:
    """Return the tables of which a row says `zelda` or `quist`, in text, in JSON or in bytes."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        return {table for table in tables for _ in _rows_naming(cursor, table)}


def _rows_naming(cursor: object, table: str) -> Iterator[object]:
    hidden = [f"encode('{word}', 'hex')" for word in ("Zelda", "zelda", "Quist", "quist")]
    found = " OR ".join(
        [f"strpos(told::text, {word}) > 0" for word in hidden] + ["told::text ~* 'zelda|quist'"]
    )
    cursor.execute(f'SELECT 1 FROM "{table}" told WHERE {found}')  # type: ignore[attr-defined]  # noqa: S608
    return iter(cursor.fetchall())  # type: ignore[attr-defined]


def write_by_mail(shop: Store, asked: Message) -> Message:
    """Let them add something to the ticket of somebody else."""
    raw = mail(
        "It was mine.\n\nZelda Quist",
        by=f"{NAME} <{ADDRESS}>",
        mid="z@example.net",
        answers=["one@example.com"],
    )
    written = post(shop, raw, now=SOON).message
    assert written is not None
    assert (written.ticket_id, written.author) == (asked.ticket_id, "third_party")
    MessageMarkup.objects.get_or_create(message=written, defaults={"html": "<b>Zelda</b>"})
    return written


def write_to(ticket: Ticket, author: Agent) -> Message:
    """Let a reply go to them as a copy, which some server does not take, and another be held back."""
    reply = replies.reply_in_public(ticket=ticket, author=author, body="Here.", now=SOON, cc=[ZELDA])
    said = f"{ADDRESS.lower()}: 450 mailbox full"
    MailedReply.objects.filter(message=reply).update(said=said)
    Message.objects.filter(pk=reply.pk).update(bounce_reason=said)
    copies = [ZELDA, Recipient("eve@example.org")]
    held_replies.hold(
        ticket=ticket, author=author, body="And.", then="", external_id="h", now=SOON, cc=copies
    )
    return reply


def keep_answer(store: Store, name: str) -> None:
    told = {"ticket": {"reference": "T-1"}, "message": {"id": "1", "author": {"name": name}}}
    IdempotentRequest.objects.create(store=store, key="k1", scopes=["read"], body=json.dumps(told).encode())


def test_a_customer_to_whom_copies_were_to_go_and_whom_answers_named(
    make: Make, shop: Store, asked: Message
) -> None:
    own = make.ticket(customer={"email": ADDRESS, "name": NAME}, body="I am Zelda.")
    author = make.agent()
    replies.reply_in_public(ticket=own, author=author, body="Dear Zelda Quist", now=SOON)
    write_to(asked.ticket, author)
    keep_answer(shop, f"{NAME} <{ADDRESS}>")
    assert {"helpdesk_idempotentrequest", "helpdesk_messageparty", "helpdesk_heldreply"} <= named_in()

    with transaction.atomic():
        erasure.erase_customer(customer=Customer.objects.get(name=NAME))

    assert named_in() == set()
    assert HeldReply.objects.get().cc == [["eve@example.org", ""]]


def test_an_agent_under_whose_name_more_was_said_than_by_their_account(
    make: Make, boss: Client, shop: Store, asked: Message
) -> None:
    agent = Agent.objects.create(email=ADDRESS.lower(), name=NAME)
    make.member(agent, queue=make.queue())
    ticket, note = asked.ticket, write_by_mail(shop, asked)
    replies.reply_in_public(ticket=ticket, author=agent, body="Here.", now=SOON)
    Message.objects.filter(agent=agent).update(author_name=NAME)
    replies.reply_in_public(ticket=ticket, author=None, author_name=NAME, body="Told.", now=SOON)
    write_to(ticket, agent)
    Delivery.objects.update(missed=[f"{agent.email}: SMTP 450", "eve@example.org: SMTP 450"])
    keep_answer(shop, NAME.upper())
    EmailAddress.objects.create(user=agent, email=agent.email)
    Invitation.objects.create(
        digest=b"1",
        email=agent.email,
        queue=make.queue(),
        role="member",
        invited_by=make.agent(),
        expires_at=LATER,
    )
    boss.post(reverse("admin:helpdesk_agent_change", args=[agent.pk]), form_of(agent))
    joined = [{"added": {"name": "membership", "object": str(agent.memberships.get())}}]
    LogEntry.objects.update(change_message=json.dumps(joined))
    assert {
        "helpdesk_message",
        "account_emailaddress",
        "helpdesk_invitation",
        "django_admin_log",
    } <= named_in()

    with transaction.atomic():
        erasure.make_anonymous(agent=agent, now=LATER)

    note.refresh_from_db()
    assert (note.author_name, note.body.splitlines()[0]) == (f"№ {agent.pk}", "It was mine.")
    Message.objects.filter(pk=note.pk).update(body="")  # what they said stays
    assert named_in() == {"helpdesk_messagemarkup", "helpdesk_rawmailbytes"}
    assert Delivery.objects.latest("pk").missed == ["eve@example.org: SMTP 450"]
    assert f"№ {agent.pk} · Support" in LogEntry.objects.latest("pk").get_change_message()
