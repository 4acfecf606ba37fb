"""Answering a third party from the ticket: to them alone, on a page that says so."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from helpdesk.models import Mailbox, MailedReply, Message, Store
from tests.helpdesk.api.conftest import Caller, told
from tests.helpdesk.mail.filing.post import JON, MIRA, mail, post
from tests.make import Make

pytestmark = pytest.mark.django_db


@pytest.fixture
def theirs(make: Make, client: Client) -> Message:
    """What somebody else wrote into a customer's conversation, also to the customer and to a friend."""
    client.force_login(make.agent())
    shop: Store = make.mailbox().store
    post(shop, mail())
    copied = f"{JON}, Ann <ann@office.example>"
    kept = post(
        shop, mail("I am <b>his</b> wife", by=MIRA, mid="w@x.example", answers=["one@example.com"], Cc=copied)
    )
    assert kept.message
    return kept.message


def place(message: Message, route: str = "answer") -> str:
    return reverse(f"ticket-third-party-{route}", args=[message.ticket.reference, message.pk])


def typed(**fields: Any) -> dict[str, Any]:
    return {"body": "Please ask him to call.", "cc": "", "token": uuid4()} | fields


def letter() -> Message:
    return Message.objects.get(author="agent")


def test_the_ticket_leads_to_a_page_that_says_who_reads_it(client: Client, theirs: Message) -> None:
    ticket = client.get(reverse("ticket", args=[theirs.ticket.reference])).content.decode()
    assert f'href="{place(theirs)}"' in ticket

    page = " ".join(client.get(place(theirs)).content.decode().split())

    assert "They are not the customer, who will not see this" in page
    assert "I am &lt;b&gt;his&lt;/b&gt; wife" in page
    assert ">Ann &lt;ann@office.example&gt;</textarea>" in page
    assert "Send to <bdi>Mira</bdi> and 1 other, unseen by the customer" in page


def test_it_leaves_for_them_and_is_shown_as_what_it_is(client: Client, theirs: Message) -> None:
    answer = client.post(place(theirs), typed(cc="ann@office.example"), follow=True)

    sent = [(party.role, party.address, party.is_new) for party in letter().parties.in_order()]
    page = answer.content.decode()
    assert sent == [("to", "mira@example.org", False), ("cc", "ann@office.example", False)]
    assert MailedReply.objects.get().message == letter()
    assert "Sent. The customer does not see it." in page
    assert "Sent, unseen by the customer" in page


@pytest.mark.parametrize(("scopes", "seen"), [(["read"], False), (["read", "notes"], True)])
def test_a_key_is_told_of_it_as_of_a_note(
    client: Client, theirs: Message, make: Make, scopes: list[str], seen: bool
) -> None:
    client.post(place(theirs), typed())
    _key, raw = make.key(scopes=scopes)

    shown = told(Caller(raw).get(f"/tickets/{theirs.ticket.reference}/messages"))["data"]
    assert [each["public"] for each in shown if each["author"]["kind"] == "agent"] == [False] * seen


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"cc": "nonsense"}, "is no e-mail address that we can write to"),
        ({"cc": "Jon@example.com"}, "The customer is among them"),
        ({"body": "\u200b"}, "Write something first."),
        ({"cc": ",".join(f"c{n}@x.example" for n in range(20))}, "goes to 20 people at most"),
    ],
)
def test_what_cannot_be_is_refused_and_the_text_stays(
    client: Client, theirs: Message, fields: dict[str, str], sentence: str
) -> None:
    answer = client.post(place(theirs), typed(**fields))

    page = answer.content.decode()
    assert (answer.status_code, sentence in page) == (422, True)
    assert fields.get("body", "Please ask him to call.") in page
    assert not Message.objects.filter(author="agent").exists()


def test_sent_twice_it_leaves_once_and_other_words_are_said_to_be_other(
    client: Client, theirs: Message
) -> None:
    once = typed()
    assert [client.post(place(theirs), once).status_code for _ in range(2)] == [302, 302]

    again = client.post(place(theirs), once | {"body": "No, wait."})

    assert (again.status_code, MailedReply.objects.count()) == (422, 1)
    assert "An earlier version of this was sent already" in again.content.decode()


def test_a_file_goes_along_and_other_files_are_said_to_be_other(client: Client, theirs: Message) -> None:
    refused = client.post(place(theirs), typed(body=" ", files=SimpleUploadedFile("form.pdf", b"form")))
    [waiting] = refused.context["form"].to_send.waiting
    once = typed(attachments=[waiting.pk])
    assert [client.post(place(theirs), once).status_code for _ in range(2)] == [302, 302]

    again = client.post(place(theirs), once | {"attachments": []})

    assert [file.name for file in letter().attachments.all()] == ["form.pdf"]
    assert (again.status_code, MailedReply.objects.count()) == (422, 1)


def test_while_one_types_the_button_follows(client: Client, theirs: Message) -> None:
    shown = client.post(place(theirs, "copies"), {"cc": "eve@x.example, ann@office.example"})

    page = " ".join(shown.content.decode().split())
    assert "Send to <bdi>Mira</bdi> and 2 others, unseen by the customer" in page
    assert "New here: <bdi>eve@x.example</bdi>" in page


@pytest.mark.parametrize("route", ["answer", "copies"])
def test_an_outsider_reaches_no_message(client: Client, make: Make, theirs: Message, route: str) -> None:
    client.force_login(make.agent("outsider"))

    assert client.post(place(theirs, route), typed()).status_code == 404
    assert client.get(place(theirs)).status_code == 404


@pytest.mark.parametrize("which", ["the customer's", "another ticket's", "nobody's", "without a mailbox"])
def test_only_what_a_third_party_wrote_here_by_mail_is_answered_so(
    client: Client, theirs: Message, make: Make, which: str
) -> None:
    number = theirs.pk
    if which == "the customer's":
        number = Message.objects.get(author="customer").pk
    elif which == "another ticket's":
        theirs.ticket = make.ticket()
    elif which == "nobody's":
        number = 2**62
    else:
        Mailbox.objects.all().delete()

    address = reverse("ticket-third-party-answer", args=[theirs.ticket.reference, number])
    assert client.post(address, typed()).status_code == 404
