"""Somebody outside is asked with what was chosen, and nothing else; their answer is seen by no customer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.attachments import message_files
from helpdesk.attachments.file_keeping import GivenFile, take_in
from helpdesk.attachments.message_files import FilesTooLarge, attach
from helpdesk.conversation.inquiries import ask_outside
from helpdesk.conversation.recipients import MailRecipients, Recipient
from helpdesk.conversation.replies import reply_in_public
from helpdesk.models import Attachment, Delivery, Inquiry, Mailbox, Message, MessageParty, Ticket
from helpdesk.refusal import UnknownValue
from monitor.models import Clock
from tests.helpdesk.mail.filing.post import mail, post
from tests.helpdesk.mail.leaving.conftest import minute
from tests.helpdesk.outbox.smtp_server import MailServer
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

LetOut = Callable[[float], None]
DHL = Recipient("help@dhl.example", "DHL")


@pytest.fixture
def ticket(make: Make, mailbox: Mailbox) -> Ticket:
    make.agent()
    first = mail("Where is parcel 17?", by="Dana <dana@home.example>", mid="one@home.example", at=minute(0))
    post(mailbox.store, first, now=minute(0))
    post(
        mailbox.store,
        mail(
            "My address is Lane 3.", by="Dana <dana@home.example>", mid="two@home.example",
            answers=["one@home.example"], at=minute(1),
        ),
        now=minute(1),
    )  # fmt: skip
    return Ticket.objects.get()


def ask(make: Make, ticket: Ticket, at: float = 3, **fields: Any) -> Message:
    given: dict[str, Any] = {"body": "Where is it?", "to": MailRecipients((DHL,))} | fields
    with transaction.atomic():
        return ask_outside(ticket=ticket, author=make.agent(), now=minute(at), **given)


def said(ticket: Ticket, words: str) -> Message:
    return Message.objects.get(ticket=ticket, body__contains=words)


def picture_on(message: Message, make: Make) -> Attachment:
    file = take_in(
        GivenFile("label.txt", b"17"), giver=make.agent(), store=message.ticket.store, now=minute(1)
    )
    attach([file], to=message)
    return file


def answer(ticket: Ticket, body: str = "In the depot.", *, at: float, **head: Any) -> Message:
    given = {"by": "DHL <help@dhl.example>", "mid": f"{at}@dhl.example"} | head
    filed = post(ticket.store, mail(body, at=minute(at), **given), now=minute(at))
    assert filed.message
    return filed.message


def test_what_was_chosen_goes_along_and_nothing_else(
    make: Make, ticket: Ticket, server: MailServer, let_out: LetOut
) -> None:
    file = picture_on(said(ticket, "Lane 3"), make)

    ask(make, ticket, messages=[said(ticket, "parcel 17").pk], files=[file.pk])
    let_out(4)

    [taken] = server.taken
    assert taken.recipients == ["help@dhl.example"]
    text = taken.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]  # it has one
    assert "> Where is parcel 17?" in text
    assert "Lane 3" not in text
    assert [part.get_filename() for part in taken.message.iter_attachments()] == ["label.txt"]
    assert "dana@home.example" not in taken.message.as_string()


def given(ticket: Ticket, make: Make, name: str, size: int = 2) -> int:
    """Return the number of a file that the agent has given for what they write."""
    file = GivenFile(name, b"x" * size)
    return take_in(file, giver=make.agent(), store=ticket.store, now=minute(2)).pk


def test_a_file_of_one_s_own_goes_along_before_those_that_were_chosen(
    make: Make, ticket: Ticket, server: MailServer, let_out: LetOut
) -> None:
    file, own = picture_on(said(ticket, "Lane 3"), make), given(ticket, make, "form.txt")

    message_files.put_on(ask(make, ticket, files=[file.pk]), [own], giver=make.agent())
    let_out(4)

    [taken] = server.taken
    assert [part.get_filename() for part in taken.message.iter_attachments()] == ["form.txt", "label.txt"]


def test_own_files_and_chosen_ones_have_one_limit_together(make: Make, ticket: Ticket, settings: Any) -> None:
    file, own = picture_on(said(ticket, "Lane 3"), make), given(ticket, make, "form.txt", 1024 * 1024)
    letter = ask(make, ticket, files=[file.pk])
    settings.FILES_MAX_SIZE = 1024 * 1024

    with pytest.raises(FilesTooLarge):
        message_files.put_on(letter, [own], giver=make.agent())


def test_the_answer_is_a_third_party_s_and_no_clock_of_the_customer_hears_of_it(
    make: Make, ticket: Ticket, server: MailServer, let_out: LetOut
) -> None:
    before = list(Clock.objects.order_by("pk").values_list("metric", "ended_at"))
    letter = ask(make, ticket)
    let_out(4)
    [taken] = server.taken

    theirs = answer(ticket, at=60, answers=[str(taken.message["Message-ID"])[1:-1]])

    assert (theirs.ticket, theirs.author, theirs.public) == (ticket, "third_party", False)
    assert list(Clock.objects.order_by("pk").values_list("metric", "ended_at")) == before
    assert Inquiry.objects.get(letter=letter).answered_at == minute(60)


def test_it_is_answered_by_a_mail_that_names_it_however_slow_its_clock(
    make: Make, ticket: Ticket, server: MailServer, let_out: LetOut
) -> None:
    letter = ask(make, ticket)
    let_out(4)
    named = [str(server.taken[0].message["Message-ID"])[1:-1]]

    answer(ticket, at=2, mid="early@dhl.example")
    assert Inquiry.objects.waiting().exists(), "written before they were asked, and naming nothing"
    answer(ticket, at=2, answers=named)

    assert Inquiry.objects.get(letter=letter).answered_at == minute(3)


def test_it_is_answered_by_whoever_answers_there_and_by_no_machine(
    make: Make, ticket: Ticket, server: MailServer, let_out: LetOut
) -> None:
    ask(make, ticket)
    let_out(4)
    ours = str(server.taken[0].message["Message-ID"])[1:-1]

    answer(ticket, "We have got it.", at=5, answers=[ours], Auto_Submitted="auto-replied")
    assert Inquiry.objects.waiting().exists()

    answer(ticket, at=60, answers=[ours], by="Depot 4 <depot4@other.example>")
    assert not Inquiry.objects.waiting().exists()


@pytest.mark.parametrize("how", ["refused", "given up", "came back"])
def test_a_letter_that_never_arrived_waits_for_nobody_and_lists_say_so(
    make: Make, client: Client, ticket: Ticket, server: MailServer, let_out: LetOut, how: str
) -> None:
    letter = ask(make, ticket)
    if how == "refused":
        server.refused["help@dhl.example"] = 550
    elif how == "given up":
        Delivery.objects.update(given_up_at=minute(3), due_at=None)
    let_out(4)
    if how == "came back":
        MessageParty.objects.filter(message=letter, role="to").update(failed_at=minute(5))

    client.force_login(make.agent())
    page = client.get(reverse("queue")).content.decode()
    assert "the letter did not reach <bdi>DHL</bdi>" in page
    assert "asked <bdi>DHL</bdi>" not in page


def test_asked_twice_with_one_token_it_leaves_once(make: Make, ticket: Ticket) -> None:
    first = ask(make, ticket, external_id="a")

    assert ask(make, ticket, external_id="a", at=4) == first
    assert Inquiry.objects.count() == 1


def test_nothing_of_another_ticket_goes_along(make: Make, ticket: Ticket) -> None:
    foreign = make.ticket(body="Secret.").messages.get()
    file = picture_on(foreign, make)

    with pytest.raises(UnknownValue):
        ask(make, ticket, messages=[foreign.pk])
    with pytest.raises(UnknownValue):
        ask(make, ticket, files=[file.pk])

    assert not Message.objects.filter(author="agent").exists()


def test_the_customer_s_next_answer_quotes_none_of_it(
    make: Make, ticket: Ticket, server: MailServer, let_out: LetOut
) -> None:
    ask(make, ticket)
    answer(ticket, at=5, answers=["one@home.example"])
    with transaction.atomic():
        reply_in_public(ticket=ticket, author=make.agent(), body="Soon.", now=minute(6))
    let_out(7)

    text = server.taken[-1].message.as_string()
    assert "depot" not in text
    assert "dhl" not in text
