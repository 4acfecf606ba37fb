"""The preview of a letter to somebody outside is that letter: nothing of the customer's that was not ticked."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from helpdesk.attachments.file_keeping import GivenFile
from helpdesk.mail.composing.mail_body import html_body
from helpdesk.mail.leaving.reply_content import reply_mail
from helpdesk.models import Mailbox, MailedReply, MailId, Message
from tests.helpdesk.attachments.given_files import on_the_first_message
from tests.helpdesk.mail.filing.post import JON, MIRA, mail, post
from tests.make import Make

pytestmark = pytest.mark.django_db

ASKED = "Where is **parcel 17** <b>?"


@pytest.fixture
def theirs(make: Make, client: Client) -> Message:
    """What somebody else wrote into a customer's conversation."""
    client.force_login(make.agent())
    shop = make.mailbox(greeting="Hello,", signature="Your shop").store
    post(shop, mail("Where is my parcel?"))
    kept = post(shop, mail("I am his wife", by=MIRA, mid="w@x.example", answers=["one@example.com"], Cc=JON))
    assert kept.message
    return kept.message


def address(theirs: Message, route: str) -> str:
    numbers = [theirs.pk] if "third-party" in route else []
    return reverse(route, args=[theirs.ticket.reference, *numbers])


def inquiry(**fields: Any) -> dict[str, Any]:
    typed = {"to": "DHL <help@dhl.example>, ann@dhl.example", "body": ASKED, "token": uuid4()} | fields
    return {name if name == "files" else f"inquiry-{name}": value for name, value in typed.items()}


def answer(**fields: Any) -> dict[str, Any]:
    return {"body": ASKED, "cc": "ann@office.example", "token": uuid4()} | fields


ROUTES = [
    ("ticket-inquiry-preview", "ticket-inquiries", inquiry),
    ("ticket-third-party-preview", "ticket-third-party-answer", answer),
]


def bare(html: str) -> str:
    return re.sub(r"\s*\n\s*", "", html)


@pytest.mark.parametrize(("preview", "send", "typed"), ROUTES)
def test_it_is_the_mail_that_leaves(
    client: Client, theirs: Message, preview: str, send: str, typed: Any
) -> None:
    asked = theirs.ticket.messages.get(author="customer")
    form = typed(chosen_messages=[asked.pk]) if typed is inquiry else typed()
    page = client.post(address(theirs, preview), form).content.decode()
    assert not MailedReply.objects.exists()
    assert not MailId.objects.filter(message__author="agent").exists()

    assert client.post(address(theirs, send), form).status_code == 302
    reply = MailedReply.objects.get()
    assert reply.mailbox
    leaving = reply_mail(reply, mailbox=reply.mailbox)
    assert f"<bdi>{leaving.subject}</bdi>" in page
    for person in (*leaving.to, *leaving.cc):
        assert f"&lt;{person.address}&gt;" in page
    for said in re.findall(r"<(?:p|blockquote)\b.*?</(?:p|blockquote)>", html_body(leaving), re.DOTALL):
        assert bare(said) in bare(page)
    assert "<strong>parcel 17</strong> &lt;b&gt;" in page
    assert ("Where is my parcel?" in page) is (typed is inquiry)


def test_it_names_own_files_and_those_that_are_ticked(client: Client, make: Make, theirs: Message) -> None:
    label = on_the_first_message(theirs.ticket, GivenFile("label.txt", b"17"), by=make.agent())
    form = inquiry(chosen_files=[label.pk], files=SimpleUploadedFile("claim.pdf", b"claim"))

    page = client.post(address(theirs, "ticket-inquiry-preview"), form).content.decode()

    assert "<li><bdi>claim.pdf</bdi></li><li><bdi>label.txt</bdi></li>" in bare(page)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"body": " "}, "Write something first."),
        ({"to": "nonsense"}, "is no e-mail address"),
        ({"to": "jon@example.com"}, "The customer is among them"),
    ],
)
def test_what_would_be_refused_is_said_there(
    client: Client, theirs: Message, fields: dict[str, str], told: str
) -> None:
    page = client.post(address(theirs, "ticket-inquiry-preview"), inquiry(**fields))

    assert (page.status_code, told in page.content.decode()) == (422, True)


def test_without_a_way_out_it_says_that_nothing_leaves(client: Client, theirs: Message) -> None:
    Mailbox.objects.update(mode="watch")

    page = client.post(address(theirs, "ticket-inquiry-preview"), inquiry())

    assert (page.status_code, "do not leave by mail" in page.content.decode()) == (422, True)


@pytest.mark.parametrize(("preview", "send", "typed"), ROUTES)
def test_an_outsider_sees_none(
    client: Client, make: Make, theirs: Message, preview: str, send: str, typed: Any
) -> None:
    client.force_login(make.agent("outsider"))

    assert client.post(address(theirs, preview), typed()).status_code == 404
    assert client.get(address(theirs, preview)).status_code == 405
