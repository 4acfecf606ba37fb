"""Somebody outside is asked from the ticket page, and each list says whom a ticket waits for."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from helpdesk.models import Inquiry, Mailbox, Message, Ticket
from tests.helpdesk.mail.filing.post import mail, post
from tests.make import Make

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(make: Make) -> Ticket:
    make.agent()
    message = post(make.mailbox().store, mail("Where is parcel 17?")).message
    assert message
    return message.ticket


@pytest.fixture
def owner(make: Make, client: Client, ticket: Ticket) -> Client:
    client.force_login(make.agent())
    return client


def ask(client: Client, ticket: Ticket, **fields: object) -> tuple[int, str]:
    typed = {"to": "DHL <help@dhl.example>", "body": "Where is it?", "token": uuid4()} | fields
    given = {name if name == "files" else f"inquiry-{name}": value for name, value in typed.items()}
    answer = client.post(reverse("ticket-inquiries", args=[ticket.reference]), given)
    return answer.status_code, answer.content.decode()


def test_it_is_asked_with_what_is_ticked(owner: Client, ticket: Ticket) -> None:
    page = owner.get(reverse("ticket", args=[ticket.reference])).content.decode()
    number = ticket.messages.get().pk
    assert f'name="inquiry-chosen_messages" value="{number}"' in page

    assert ask(owner, ticket, chosen_messages=[number])[0] == 302

    inquiry = Inquiry.objects.get()
    assert (inquiry.name, [each.pk for each in inquiry.enclosed.all()]) == ("DHL", [number])
    page = owner.get(reverse("ticket", args=[ticket.reference])).content.decode()
    assert "waits for an answer" in page


def test_what_can_be_ticked_stands_on_one_line(owner: Client, ticket: Ticket) -> None:
    ticket.messages.update(body="Where is it?\n\nJon\n")

    page = owner.get(reverse("ticket", args=[ticket.reference])).content.decode()
    assert "<bdi>Where is it?  Jon</bdi>" in page


@pytest.mark.parametrize("address", ["/", "/tickets/"])
def test_lists_say_whom_a_ticket_waits_for(owner: Client, ticket: Ticket, address: str) -> None:
    assert "asked <bdi>" not in owner.get(address).content.decode()
    ask(owner, ticket)

    assert "asked <bdi>DHL</bdi>" in owner.get(address).content.decode()
    Inquiry.objects.update(answered_at=Inquiry.objects.get().asked_at)
    assert "asked <bdi>" not in owner.get(address).content.decode()


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("to", "", "Say whom you want to ask."),
        ("to", " ,", "Say whom you want to ask."),
        ("to", "not an address", "is no e-mail address"),
        ("to", "jon@example.com", "The customer is among them"),
        ("body", " \n", "Write something first."),
        ("chosen_messages", ["99999999"], "cannot be chosen here"),
        ("chosen_files", ["1"], "cannot be chosen here"),
    ],
)
def test_what_is_refused_keeps_what_was_typed(
    owner: Client, ticket: Ticket, field: str, value: object, told: str
) -> None:
    number = ticket.messages.get().pk
    status, page = ask(owner, ticket, **{"chosen_messages": [number], field: value})

    assert status == 422
    assert told in page
    assert not Message.objects.filter(author="agent").exists()
    if field != "body":
        assert "Where is it?" in page
    if field != "chosen_messages":
        assert f'value="{number}" checked' in " ".join(page.split())


def test_a_file_of_one_s_own_goes_along_and_stays_where_it_is_refused(owner: Client, ticket: Ticket) -> None:
    files = SimpleUploadedFile("claim.pdf", b"claim")
    address = reverse("ticket-inquiries", args=[ticket.reference])
    refused = owner.post(address, {"inquiry-body": " ", "files": files})
    [waiting] = refused.context["inquiry"].to_send.waiting
    typed = {"to": "DHL <help@dhl.example>", "body": "Where is it?", "token": uuid4()}
    form = {f"inquiry-{name}": value for name, value in typed.items()} | {"attachments": [waiting.pk]}
    assert [owner.post(address, form).status_code for _ in "12"] == [302, 302]

    assert [file.name for file in Message.objects.get(author="agent").attachments.all()] == ["claim.pdf"]


@pytest.mark.parametrize(
    "other",
    [
        {"body": "And parcel 18?"},
        {"to": "UPS <help@ups.example>"},
        {"to": "DHL <help@dhl.example>, ann@dhl.example"},
        {"chosen_messages": []},
        {"files": SimpleUploadedFile("late.pdf", b"late")},
    ],
)
def test_sent_again_otherwise_it_says_that_the_first_was_sent(
    owner: Client, ticket: Ticket, other: dict[str, object]
) -> None:
    first = {"token": uuid4(), "chosen_messages": [ticket.messages.get().pk]}
    assert [ask(owner, ticket, **first)[0] for _ in "12"] == [302, 302]

    status, page = ask(owner, ticket, **first | other)

    assert (status, Message.objects.filter(author="agent").count()) == (422, 1)
    assert "An earlier version of this was sent already" in page


def test_whoever_may_not_see_the_ticket_asks_nobody(make: Make, client: Client, ticket: Ticket) -> None:
    client.force_login(make.agent("outsider"))

    assert ask(client, ticket)[0] == 404


def test_without_a_mailbox_that_answers_it_is_not_offered(owner: Client, ticket: Ticket) -> None:
    Mailbox.objects.all().delete()

    assert (
        "Ask somebody outside" not in owner.get(reverse("ticket", args=[ticket.reference])).content.decode()
    )
    assert ask(owner, ticket)[0] == 422
