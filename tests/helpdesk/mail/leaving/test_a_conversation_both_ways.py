"""A question comes by mail, its answer leaves by mail, and whatever comes back finds the ticket."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

import pytest

from helpdesk.conversation.replies import reply_in_public
from helpdesk.models import Mailbox, MailOutcome, Message, RawMail, Ticket
from tests.helpdesk.mail.filing.post import mail, post
from tests.helpdesk.mail.leaving.conftest import minute
from tests.helpdesk.outbox.smtp_server import MailServer
from tests.make import NOW, Make

pytestmark = pytest.mark.django_db

LetOut = Callable[[float], None]


@pytest.fixture
def ours(make: Make, mailbox: Mailbox, server: MailServer, let_out: LetOut) -> EmailMessage:
    """The mail that answers Jon's."""
    post(mailbox.store, mail())
    reply_in_public(ticket=Ticket.objects.get(), author=make.agent(), body="On its way.", now=minute(2))
    let_out(3)
    [taken] = server.taken
    return taken.message


def test_our_answer_stands_in_the_thread_of_the_question(ours: EmailMessage) -> None:
    assert (ours["To"], ours["Subject"]) == ("Jon <jon@example.com>", "Re: My order")
    assert ours["In-Reply-To"] == ours["References"] == "<one@example.com>"
    assert "> Where is my order?" in str(ours.get_body(("plain",)))


def test_it_is_answered_by_the_mailbox_that_was_written_to(make: Make, mailbox: Mailbox) -> None:
    returns = make.mailbox("returns@shop.example")
    came = post(mailbox.store, mail())
    RawMail.objects.filter(pk=came.pk).update(mailbox=returns)
    elsewhere = make.ticket()

    by_mail, by_form = (
        reply_in_public(ticket=each, author=make.agent(), body="On its way.", now=minute(2))
        for each in (Ticket.objects.exclude(pk=elsewhere.pk).get(), elsewhere)
    )

    assert (by_mail.mailed.mailbox, by_form.mailed.mailbox) == (returns, mailbox)


@pytest.mark.parametrize("known_by", ["address", "thread"])
def test_what_they_write_back_joins_by_the_address_or_by_the_thread(
    mailbox: Mailbox, ours: EmailMessage, known_by: str
) -> None:
    by_address = {"To": str(ours["Reply-To"]).upper()}
    by_thread = {"answers": [str(ours["Message-ID"]).strip("<>")]}
    own = by_address if known_by == "address" else by_thread

    back = post(
        mailbox.store,
        mail("Thanks!", mid="two@example.com", subject="Hm", at=minute(9), **own),
        now=minute(9),
    )

    assert (back.outcome, Ticket.objects.count()) == (MailOutcome.JOINED, 1)
    assert Ticket.objects.get().waiting_since == minute(9)


def test_a_report_that_it_could_not_be_delivered_takes_back_just_that_answer(
    mailbox: Mailbox, ours: EmailMessage
) -> None:
    post(mailbox.store, _report(ours), now=minute(9))

    [_question, answer] = Message.objects.order_by("pk")
    assert answer.bounced_at == minute(9)
    assert Ticket.objects.get().waiting_since == NOW


def _report(ours: EmailMessage) -> bytes:
    """Write what a server elsewhere says that cannot deliver it (RFC 3464)."""
    failed = "Final-Recipient: rfc822; jon@example.com\r\nAction: failed\r\nStatus: 5.1.1"
    parts = [
        "--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.",
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.com\r\n\r\n{failed}",
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {ours['Message-ID']}\r\nFrom: {ours['From']}",
        "--b--\r\n",
    ]
    kind = 'multipart/report; report-type=delivery-status; boundary="b"'
    by = "MAILER-DAEMON@mx.example.com"
    head = {"Content_Type": kind, "MIME_Version": "1.0", "Auto_Submitted": "auto-replied"}
    return mail(
        "\r\n".join(parts), by=by, mid="report@mx.example.com", subject="Undelivered", at=minute(9), **head
    )
