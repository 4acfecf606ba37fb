"""What another program sent from a mailbox has answered: when it was sent, whoever asked, and nothing besides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from django.db import transaction

from helpdesk.conversation.replies import reply_in_public
from helpdesk.mail import inbox
from helpdesk.mail.inbox import FoundIn
from helpdesk.mail.leaving.reply_thread import thread_of
from helpdesk.models import (
    Agent,
    Author,
    Mailbox,
    MailedReply,
    MailId,
    MailOutcome,
    Message,
    RawMail,
    RawMailBytes,
    Status,
    Ticket,
    TicketEvent,
)
from helpdesk.models.mail.raw_mail import MailReason
from helpdesk.tickets.ticket_status import close
from monitor.models import Clock
from tests.helpdesk.mail.filing.post import JON, file_all, mail, post
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

US = "The Shop <help@shop.example>"
Send = Callable[..., RawMail]


def minute(number: float) -> datetime:
    return NOW + timedelta(minutes=number)


@pytest.fixture
def mailbox(make: Make) -> Mailbox:
    make.agent()
    return make.mailbox(public_name="The Shop", sent_folder="Sent", read_at=minute(10_000))


@pytest.fixture
def send(mailbox: Mailbox) -> Send:
    """Another program sends a mail from the mailbox, and it is found where that keeps what was sent."""

    def found(body: str = "It is on its way.", *, found_at: datetime | None = None, **given: Any) -> RawMail:
        usual: dict[str, Any] = {"by": US, "To": JON, "mid": "a1@shop.example", "at": minute(5)}
        given = usual | {"answers": ["one@example.com"], "subject": "Re: My order"} | given
        kept = lay(mailbox, mail(body, **given), now=found_at or minute(6))
        file_all(now=found_at or minute(6))
        kept.refresh_from_db()
        return kept

    return found


def lay(mailbox: Mailbox, raw: bytes, *, now: datetime) -> RawMail:
    with transaction.atomic():
        return inbox.keep(raw, store=mailbox.store, now=now, found_in=FoundIn(mailbox, was_sent=True))[0]


def first_response() -> Clock:
    return Clock.objects.get(metric="first_response")


def test_it_stops_the_clocks_when_it_was_sent(mailbox: Mailbox, send: Send) -> None:
    post(mailbox.store, mail())
    kept = send()

    message = Message.objects.get(way="mail")
    assert (kept.outcome, kept.reason, kept.message) == (MailOutcome.JOINED, MailReason.OUTSIDE, message)
    assert (message.public, message.author, message.author_name) == (True, Author.AGENT, "The Shop")
    assert (first_response().ended_at, Ticket.objects.get().waiting_since) == (minute(5), None)
    told = TicketEvent.objects.get(kind="public_reply_sent")
    assert told.payload == {"author": "agent", "automatic": False, "way": "mail"}


def test_nothing_leaves_for_it(mailbox: Mailbox, send: Send) -> None:
    post(mailbox.store, mail())
    send()
    assert not MailedReply.objects.exists()


@pytest.mark.parametrize("by", ["Owner <help@shop.example>", "o. w. <OWNER@example.com>"])
def test_an_agent_is_known_by_name_or_by_address(make: Make, mailbox: Mailbox, send: Send, by: str) -> None:
    post(mailbox.store, mail())
    send(by=by)

    assert Message.objects.get(way="mail").agent == Ticket.objects.get().assignee == make.agent()


@pytest.mark.parametrize("name", ["Outsider", "Owner"], ids=["of another queue", "one of two of a name"])
def test_whoever_is_no_agent_of_the_queue_for_certain_is_the_mailbox(
    make: Make, mailbox: Mailbox, send: Send, name: str
) -> None:
    make.agent("outsider")
    Agent.objects.filter(pk=make.agent("colleague").pk).update(name="Owner")
    post(mailbox.store, mail())
    send(by=f"{name} <help@shop.example>")

    message = Message.objects.get(way="mail")
    assert (message.agent, message.author_name) == (None, "The Shop")


def test_whoever_asked_does_not_answer_themself(make: Make, mailbox: Mailbox, send: Send) -> None:
    own = f"Owner <{make.agent().email}>"
    post(mailbox.store, mail(by=own))
    send(by="Owner <help@shop.example>", To=own)
    assert Message.objects.get(way="mail").agent is None


def test_it_is_found_by_a_reference_where_it_went_to_the_customer(mailbox: Mailbox, send: Send) -> None:
    post(mailbox.store, mail())
    reference = Ticket.objects.get().reference
    by_it = send(answers=[], subject=f"Your order [{reference}]")
    to_another = send(answers=[], subject=reference, To="x@example.org", mid="a2@shop.example")

    assert by_it.reason == MailReason.OUTSIDE
    assert (to_another.outcome, to_another.message) == (MailOutcome.PASSED, None)


def test_what_went_to_somebody_else_is_a_note_and_stops_nothing(mailbox: Mailbox, send: Send) -> None:
    post(mailbox.store, mail())
    kept = send("Where is their parcel?", To="courier@dhl.example", subject="Fwd: My order")

    assert (kept.outcome, kept.reason) == (MailOutcome.JOINED, MailReason.TO_OTHERS)
    assert kept.message is not None
    assert (kept.message.public, kept.message.author) == (False, Author.AGENT)
    assert first_response().ended_at is None


@pytest.mark.parametrize("above", [b"", b"\r\n"], ids=["usual", "begins with an empty line"])
def test_an_answer_to_where_they_wished_to_be_answered_is_one(
    mailbox: Mailbox, send: Send, above: bytes
) -> None:
    post(mailbox.store, above + mail(Reply_To="jon@work.example"))
    assert send(To="Jon <JON@work.example>").reason == MailReason.OUTSIDE


@pytest.mark.parametrize("head", [{"Auto_Submitted": "auto-replied"}, {"X_Autoreply": "yes"}])
def test_a_notice_of_absence_stops_nothing(mailbox: Mailbox, send: Send, head: dict[str, str]) -> None:
    post(mailbox.store, mail())
    kept = send("I am away.", **head)

    assert kept.outcome == MailOutcome.AUTOMATIC
    assert kept.message is not None
    assert kept.message.automatic
    assert (first_response().ended_at, Ticket.objects.get().waiting_since) == (None, NOW)


@pytest.mark.parametrize("same_id", [True, False], ids=["under our id", "under an id of the server's"])
def test_what_left_from_here_does_nothing(make: Make, mailbox: Mailbox, send: Send, same_id: bool) -> None:
    post(mailbox.store, mail())
    reply = reply_in_public(ticket=Ticket.objects.get(), author=make.agent(), body="Hi.", now=minute(2))
    own = thread_of(reply, mailbox=mailbox).message_id.strip("<>")

    kept = send("Hi.", mid=own if same_id else "other@shop.example", at=minute(2))

    assert (kept.reason, kept.message) == (MailReason.KNOWN, reply)
    assert Message.objects.count() == 2


def test_a_copy_of_it_that_comes_back_does_nothing(mailbox: Mailbox, send: Send) -> None:
    post(mailbox.store, mail())
    first = send()
    again = send(Received="by the server, once more")
    back = post(
        mailbox.store,
        mail("It is on its way.", by=US, mid="a1@shop.example", answers=["one@example.com"], Cc=US),
        now=minute(7),
    )

    assert {again.reason, back.reason} == {MailReason.KNOWN}
    assert {again.message, back.message} == {first.message}


def test_it_counts_though_its_copy_to_ourselves_came_first(mailbox: Mailbox, send: Send) -> None:
    post(mailbox.store, mail())
    copy = mail("It is on its way.", by=US, mid="a1@shop.example", answers=["one@example.com"], To=JON)
    assert post(mailbox.store, copy, now=minute(6)).reason == MailReason.THIRD_PARTY

    assert send().reason == MailReason.OUTSIDE
    assert MailId.objects.get(value="a1@shop.example").message == Message.objects.get(way="mail")


def test_a_form_that_mails_by_the_mailbox_itself_asks_in_whichever_folder_it_is_found_first(
    mailbox: Mailbox,
) -> None:
    raw = mail(by=US, Reply_To=JON)
    sent = lay(mailbox, raw, now=NOW)
    file_all()
    asked = post(mailbox.store, raw)
    sent.refresh_from_db()

    assert (sent.outcome, asked.outcome) == (MailOutcome.PASSED, MailOutcome.OPENED)
    assert Ticket.objects.get().customer.email == "jon@example.com"


@pytest.mark.parametrize(
    ("given", "reason"),
    [({"answers": []}, MailReason.NO_TICKET), ({"by": JON}, MailReason.NOT_OURS)],
    ids=["to somebody new", "from somebody else"],
)
def test_what_belongs_to_nothing_is_passed_over_and_not_kept(
    mailbox: Mailbox, send: Send, given: dict[str, Any], reason: str
) -> None:
    post(mailbox.store, mail())
    kept = send(**given)

    assert (kept.outcome, kept.reason, kept.message) == (MailOutcome.PASSED, reason, None)
    assert not RawMailBytes.objects.filter(mail=kept).exists()
    assert Message.objects.count() == 1


def test_a_mail_before_what_opened_its_ticket_is_shown_and_answers_nothing(
    mailbox: Mailbox, send: Send
) -> None:
    post(mailbox.store, mail(mid="two@example.com", answers=["a1@shop.example"], at=minute(9)), now=minute(9))
    kept = send(answers=[], found_at=minute(10))

    assert (kept.reason, first_response().ended_at) == (MailReason.EARLIER, None)


def test_a_ticket_that_has_ended_stays_so(make: Make, mailbox: Mailbox, send: Send) -> None:
    post(mailbox.store, mail())
    close(ticket=Ticket.objects.get(), by=make.agent(), now=minute(2))

    assert send().reason == MailReason.ENDED
    assert Ticket.objects.get().status == Status.CLOSED


def test_clocks_that_differ_a_little_make_no_answer_before_its_question(mailbox: Mailbox, send: Send) -> None:
    post(mailbox.store, mail())
    send(at=minute(-3))
    assert first_response().ended_at == NOW


def test_a_date_long_before_the_question_is_not_believed(mailbox: Mailbox, send: Send) -> None:
    post(mailbox.store, mail())
    send(at=minute(-300))
    assert first_response().ended_at == minute(6)


def test_a_date_to_come_is_when_it_was_found(mailbox: Mailbox, send: Send) -> None:
    post(mailbox.store, mail())
    send(at=minute(300))
    assert first_response().ended_at == minute(6)


def test_it_counts_from_then_though_it_was_found_days_later(mailbox: Mailbox, send: Send) -> None:
    post(mailbox.store, mail())
    send(found_at=minute(5000))
    assert first_response().ended_at == minute(5)


def test_it_waits_for_its_question_and_then_no_longer(mailbox: Mailbox, send: Send) -> None:
    kept = send()
    assert (kept.outcome, kept.attempts) == ("", 0)

    file_all(now=minute(15))
    kept.refresh_from_db()
    assert kept.read_at is None
    file_all(now=minute(17))

    kept.refresh_from_db()
    assert (kept.outcome, kept.reason) == (MailOutcome.PASSED, MailReason.NO_TICKET)


def test_it_waits_for_as_long_as_its_mailbox_is_not_read(mailbox: Mailbox, send: Send) -> None:
    Mailbox.objects.update(read_at=NOW)
    kept = send()
    file_all(now=minute(60))
    kept.refresh_from_db()
    assert kept.read_at is None

    post(mailbox.store, mail(), now=minute(61))
    file_all(now=minute(62))
    assert first_response().ended_at == minute(5)


STORY = {
    "one": mail(),
    "a1": mail("Soon.", by=US, To=JON, mid="a1", at=minute(5), answers=["one@example.com"]),
    "two": mail("When?", mid="two", at=minute(8), answers=["one@example.com", "a1"]),
    "a2": mail("Today.", by=US, To=JON, mid="a2", at=minute(20), answers=["one@example.com", "a1", "two"]),
}
"""Two of the customer's, two of ours, each in its folder's order."""

ORDERS = [
    order
    for order in permutations(STORY)
    if order.index("one") < order.index("two") and order.index("a1") < order.index("a2")
]


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_in_whatever_order_two_folders_are_read_the_clocks_are_the_same(
    mailbox: Mailbox, order: tuple[str, ...]
) -> None:
    for second, name in enumerate(order):
        if name.startswith("a"):
            lay(mailbox, STORY[name], now=minute(30))
            file_all(now=minute(30 + second))
        else:
            post(mailbox.store, STORY[name], now=minute(30 + second))
    file_all(now=minute(36))

    answered = ("acknowledgement", "first_response", "next_response")
    found = Clock.objects.filter(metric__in=answered).values_list("metric", "started_at", "ended_at")
    assert set(found) == {
        ("acknowledgement", NOW, minute(5)),
        ("first_response", NOW, minute(5)),
        ("next_response", minute(8), minute(20)),
    }
    assert Ticket.objects.get().waiting_since is None
