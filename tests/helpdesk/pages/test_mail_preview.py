"""The preview is the mail: what it shows is what leaves, and looking at it sends and keeps nothing."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.attachments.file_keeping import GivenFile, take_in
from helpdesk.conversation import replies
from helpdesk.database.instant import database_now
from helpdesk.mail.composing.mail_body import html_body
from helpdesk.mail.leaving.reply_content import reply_mail
from helpdesk.models import Agent, Attachment, MailedReply, MailId, Message, Ticket
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

TYPED = "It is **blue** <b>, see [here](https://x.example/7)."


@pytest.fixture
def owner(make: Make, client: Client) -> Agent:
    agent = make.agent()
    client.force_login(agent)
    return agent


@pytest.fixture
def ticket(make: Make) -> Ticket:
    make.mailbox(greeting="Hello,", signature="Your **shop**")
    return make.ticket(
        now=database_now(), subject="Which colour?", body="Is it **blue**?", email="jon@x.example"
    )


def preview(client: Client, ticket: Ticket, **fields: Any) -> Any:
    given = {"mode": "public", "then": "keep_open", "body": TYPED, "seen_seq": 0, "token": uuid4()} | fields
    return client.post(reverse("ticket-message-preview", args=[ticket.reference]), given)


def bare(html: str) -> str:
    return re.sub(r"\s*\n\s*", "", html)


def test_it_is_the_mail_that_leaves(client: Client, owner: Agent, ticket: Ticket) -> None:
    page = preview(client, ticket).content.decode()
    with transaction.atomic():
        sent = replies.reply_in_public(ticket=ticket, author=owner, body=TYPED, now=database_now())
    reply = MailedReply.objects.get(message=sent)
    assert reply.mailbox
    mail = reply_mail(reply, mailbox=reply.mailbox)

    assert "<bdi>Re: Which colour?</bdi>" in page
    assert "&lt;help@shop.example&gt;" in page
    assert "&lt;jon@x.example&gt;" in page
    for said in re.findall(r"<(?:p|blockquote)\b.*?</(?:p|blockquote)>", html_body(mail), re.DOTALL):
        assert bare(said) in bare(page)
    assert "<strong>blue</strong> &lt;b&gt;" in page


def test_looking_at_it_sends_and_keeps_nothing(client: Client, owner: Agent, ticket: Ticket) -> None:
    before = Message.objects.count(), ticket.events.count()
    preview(client, ticket)

    assert (Message.objects.count(), ticket.events.count()) == before
    assert not MailedReply.objects.exists()
    assert not MailId.objects.exists()


def test_of_a_note_it_says_who_sees_it(client: Client, owner: Agent, ticket: Ticket) -> None:
    page = preview(client, ticket, mode="note").content.decode()

    assert "For colleagues only" in page
    assert "<strong>blue</strong>" in page
    assert "jon@x.example" not in page


def test_where_no_mail_leaves_it_says_so(client: Client, owner: Agent, make: Make) -> None:
    page = preview(client, make.ticket(now=database_now())).content.decode()

    assert "No mail leaves from here" in page
    assert "<strong>blue</strong>" in page


@pytest.mark.parametrize("mode", ["public", "note"])
def test_it_names_the_files_that_go_along_and_takes_none(
    client: Client, owner: Agent, ticket: Ticket, mode: str
) -> None:
    given = take_in(GivenFile("<b>.pdf", b"bill"), giver=owner, store=ticket.store, now=database_now())
    take_in(GivenFile("not-ticked.pdf", b"bill"), giver=owner, store=ticket.store, now=database_now())
    brought = SimpleUploadedFile("photo.png", b"png")

    page = preview(client, ticket, mode=mode, attachments=[given.pk], files=brought).content.decode()

    assert "<li><bdi>&lt;b&gt;.pdf</bdi></li><li><bdi>photo.png</bdi></li>" in bare(page)
    assert "not-ticked.pdf" not in page
    assert Attachment.objects.count() == 2


def test_what_is_missing_is_said(client: Client, owner: Agent, ticket: Ticket) -> None:
    answer = preview(client, ticket, body=" ")

    assert answer.status_code == 422
    assert "Write something first." in answer.content.decode()


def test_it_stands_in_a_frame_of_ours_and_acts_on_nothing(
    client: Client, owner: Agent, ticket: Ticket
) -> None:
    answer = preview(client, ticket)

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "allow-scripts" not in policy


def test_an_outsider_sees_none(client: Client, make: Make, ticket: Ticket) -> None:
    client.force_login(make.agent("outsider"))

    assert preview(client, ticket).status_code == 404
    assert client.get(reverse("ticket-message-preview", args=[ticket.reference])).status_code == 405
