"""A public reply leaves by the mailbox of its store, once, as a mail of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from helpdesk.conversation.replies import (
    add_note,
    answer_elsewhere,
    receive_customer_message,
    reply_as_bot,
    reply_in_public,
    send_automatically,
)
from helpdesk.mail.composing.signed_address import ticket_of_address
from helpdesk.mail.leaving.mail_keys import mail_keys
from helpdesk.mail.leaving.reply_content import MOST_QUOTED_MESSAGES, reply_mail
from helpdesk.models import Customer, Delivery, Leaving, Mailbox, MailedReply, MailId, Message, Ticket
from tests.helpdesk.desk import statements
from tests.helpdesk.mail.leaving.conftest import minute
from tests.helpdesk.outbox.smtp_server import MailServer
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

LetOut = Callable[[float], None]


def reply(make: Make, ticket: Ticket, body: str = "On its way.", at: float = 2, **more: Any) -> Message:
    return reply_in_public(ticket=ticket, author=make.agent(), body=body, now=minute(at), **more)


def test_it_is_leaving_until_the_server_has_it(
    make: Make, ticket: Ticket, server: MailServer, let_out: LetOut
) -> None:
    message = reply(make, ticket)
    assert (message.mailed.state, message.mailed.leaving_since) == (Leaving.LEAVING, minute(2))
    assert server.taken == []

    let_out(3)

    mailed = MailedReply.objects.get()
    assert (mailed.state, mailed.left_at, mailed.delayed_at) == (Leaving.LEFT, minute(3), None)
    assert [taken.recipients for taken in server.taken] == [["dana@home.example"]]


def test_it_says_who_answers_and_leads_back(
    make: Make, ticket: Ticket, server: MailServer, let_out: LetOut, mailbox: Mailbox
) -> None:
    reply(make, ticket)
    let_out(3)

    [taken] = server.taken
    mail, known = taken.message, MailId.objects.get()
    assert mail["From"].addresses[0].display_name == "Läden & Söhne"
    assert mail["From"].addresses[0].addr_spec == mailbox.address
    assert ticket_of_address(mail["Reply-To"].addresses[0].addr_spec, keys=mail_keys()) == ticket.pk
    assert (mail["Subject"], mail["To"]) == ("Re: Where is it?", "Dana Levi <dana@home.example>")
    assert (mail["Message-ID"], known.ticket) == (f"<{known.value}>", ticket)
    assert mail["Auto-Submitted"] is None
    assert mail["Date"].datetime == minute(2)
    assert "Owner" not in str(mail), "names and logins of agents stay here"


def test_what_was_asked_stands_below_and_notes_do_not(
    make: Make, ticket: Ticket, server: MailServer, let_out: LetOut
) -> None:
    add_note(ticket=ticket, author=make.agent(), body="A difficult one.", now=minute(1))
    answer_elsewhere(ticket=ticket, by=make.agent(), way="phone", body="I rang them.", now=minute(1))
    reply(make, ticket)
    let_out(3)

    [taken] = server.taken
    text = taken.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]  # it has one
    asked = "March 9, 2026, 3:00 PM: \u2068Dana Levi\u2069 wrote:\n> Where is my order?\n"
    assert text.replace("\r\n", "\n") == f"On its way.\n\n{asked}"


def test_ten_quotes_cost_no_more_statements_than_one(make: Make, ticket: Ticket, mailbox: Mailbox) -> None:
    reply(make, ticket, at=2)
    cost = _cost_of_mail(mailbox)
    for number in range(MOST_QUOTED_MESSAGES):
        receive_customer_message(ticket=ticket, body="And now?", now=minute(3 + number))
    reply(make, ticket, at=20)

    assert _cost_of_mail(mailbox) == cost <= 14


def _cost_of_mail(mailbox: Mailbox) -> int:
    """Count what composing the newest reply asks for."""
    newest = MailedReply.objects.latest("pk")
    newest.message  # noqa: B018  # it is there before anything is composed
    return statements(lambda: reply_mail(newest, mailbox=mailbox))


@pytest.mark.parametrize(("locale", "language"), [("he-IL", "he"), ("ta", "ta"), ("de", "en")])
def test_it_speaks_the_customer_s_language_where_we_have_it(
    make: Make, ticket: Ticket, server: MailServer, let_out: LetOut, locale: str, language: str
) -> None:
    Customer.objects.update(locale=locale)
    reply(make, ticket)
    let_out(3)

    [taken] = server.taken
    html = taken.message.get_body(("html",)).get_content()  # type: ignore[union-attr]  # it has one
    assert f'<html lang="{language}"' in html


def test_two_replies_are_two_mails_and_the_second_refers_to_the_first(
    make: Make, ticket: Ticket, server: MailServer, let_out: LetOut
) -> None:
    reply(make, ticket, "One.", at=2)
    reply(make, ticket, "Two.", at=2)
    let_out(3)

    first, second = (taken.message for taken in server.taken)
    assert first["Message-ID"] != second["Message-ID"]
    assert second["In-Reply-To"] == first["Message-ID"]
    assert Delivery.objects.filter(sent_at__isnull=False).count() == 2


def test_it_answers_what_the_customer_wrote_last_by_mail(
    make: Make, ticket: Ticket, server: MailServer, let_out: LetOut
) -> None:
    for number, word in enumerate(("first", "second"), start=1):
        asked = receive_customer_message(ticket=ticket, body="Hello?", now=minute(number))
        MailId.objects.create(store=ticket.store, value=f"{word}@home.example", ticket=ticket, message=asked)
    reply(make, ticket, "One.", at=3)
    reply(make, ticket, "Two.", at=4)
    let_out(5)

    first, second = (taken.message for taken in server.taken)
    assert first["In-Reply-To"] == second["In-Reply-To"] == "<second@home.example>"
    assert first["References"] == "<first@home.example> <second@home.example>"
    assert second["References"].split() == [
        "<first@home.example>",
        first["Message-ID"],
        "<second@home.example>",
    ]


def test_what_a_machine_sends_says_so(ticket: Ticket, server: MailServer, let_out: LetOut) -> None:
    reply_as_bot(ticket=ticket, body="A guess.", now=minute(1))
    send_automatically(ticket=ticket, body="We have got it.", now=minute(2))
    let_out(3)

    assert [taken.message["Auto-Submitted"] for taken in server.taken] == ["auto-generated", "auto-replied"]
    assert {taken.message["X-Auto-Response-Suppress"] for taken in server.taken} == {"All"}


def test_said_twice_it_leaves_once(make: Make, ticket: Ticket, server: MailServer, let_out: LetOut) -> None:
    first = reply(make, ticket, external_id="a")
    assert reply(make, ticket, external_id="a", at=4) == first
    let_out(5)
    let_out(6)

    assert len(server.taken) == 1


def test_an_answer_too_long_to_be_shown_leaves_whole(
    make: Make, ticket: Ticket, server: MailServer, let_out: LetOut
) -> None:
    message = reply(make, ticket, "Word for word. " * 8000 + "The end.")
    assert message.rest
    let_out(3)

    text = server.taken[0].message.get_body(("plain",)).get_content()  # type: ignore[union-attr]  # it has one
    assert text.startswith("Word for word. " * 8000 + "The end.\r\n")


def test_notes_the_customer_s_words_and_history_never_leave(make: Make, ticket: Ticket) -> None:
    add_note(ticket=ticket, author=make.agent(), body="Hm.", now=minute(1))
    receive_customer_message(ticket=ticket, body="Hello?", now=minute(1))
    answer_elsewhere(ticket=ticket, by=make.agent(), way="phone", body="I rang them.", now=minute(1))
    reply(make, ticket, imported=True)

    assert not MailedReply.objects.exists()
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("lacking", ["mailbox", "watching", "address", "another store's"])
def test_where_nothing_can_leave_a_stored_reply_is_a_sent_one(
    make: Make, ticket: Ticket, mailbox: Mailbox, lacking: str
) -> None:
    if lacking == "mailbox":
        mailbox.delete()
    elif lacking == "watching":
        Mailbox.objects.update(mode="watch")
    elif lacking == "address":
        Customer.objects.update(email="", email_key=None, external_id="7")
    else:
        Mailbox.objects.update(store=make.store("Other"))

    message = reply(make, ticket)

    assert not MailedReply.objects.filter(message=message).exists()
    assert not Delivery.objects.exists()
    assert Ticket.objects.get(pk=ticket.pk).waiting_since is None


def test_the_mailbox_of_the_ticket_s_queue_answers(make: Make, ticket: Ticket, mailbox: Mailbox) -> None:
    returns = make.mailbox("returns@shop.example", queue=make.queue("Returns"))
    elsewhere = make.ticket(queue=returns.queue)
    make.member(make.agent(), queue=returns.queue)

    assert reply(make, ticket).mailed.mailbox == mailbox
    assert reply(make, elsewhere).mailed.mailbox == returns
