"""What a reply on its way is told by servers, and what its clocks make of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from helpdesk.access.erasure import erase_customer
from helpdesk.conversation.answers import AfterReply
from helpdesk.conversation.bounces import ToldBounce
from helpdesk.conversation.replies import reply_in_public
from helpdesk.mail.leaving import reply_channel, reply_outcome
from helpdesk.models import (
    Customer,
    Delivery,
    Leaving,
    Mailbox,
    MailedReply,
    Message,
    MessageParty,
    Ticket,
    WayOut,
)
from helpdesk.outbox import limits
from helpdesk.tickets import merging, ticket_status
from monitor.models import Clock
from tests.helpdesk.desk import history
from tests.helpdesk.mail.leaving.conftest import minute
from tests.helpdesk.outbox.receiver import closed_port
from tests.helpdesk.outbox.smtp_server import MailServer
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

LetOut = Callable[[float], None]


@pytest.fixture
def message(make: Make, ticket: Ticket) -> Message:
    """A reply that was sent two minutes after the question, and leaves the customer's turn."""
    author = make.agent()
    return reply_in_public(ticket=ticket, author=author, body="Here.", now=minute(2), then=AfterReply.WAIT)


def answered_at() -> datetime | None:
    return Clock.objects.get(metric="first_response").ended_at


def waits_since(ticket: Ticket) -> datetime | None:
    return Ticket.objects.get(pk=ticket.pk).waiting_since


def test_taken_at_once_no_clock_hears_of_mail(ticket: Ticket, message: Message, let_out: LetOut) -> None:
    let_out(3)
    let_out(30)

    assert answered_at() == minute(2)
    assert [one for one in history(ticket) if "reply_" in one] == ["public_reply_sent"]


def test_greylisted_it_leaves_a_little_later_and_counts_from_the_press(
    ticket: Ticket, message: Message, server: MailServer, let_out: LetOut
) -> None:
    server.refused["dana@home.example"] = 451
    let_out(3)
    mailed = MailedReply.objects.get()
    assert (mailed.state, mailed.said) == (Leaving.LEAVING, "451 so be it")

    server.refused.clear()
    let_out(4)

    mailed = MailedReply.objects.get()
    assert (mailed.state, mailed.left_at, mailed.said) == (Leaving.LEFT, minute(4), "")
    assert (answered_at(), len(server.taken)) == (minute(2), 1)


def test_not_taken_for_long_it_stops_nothing_until_it_has_left(
    ticket: Ticket, message: Message, server: MailServer, let_out: LetOut
) -> None:
    server.steps["DATA"] = 451
    let_out(3)
    assert (answered_at(), waits_since(ticket)) == (minute(2), None)

    let_out(7)
    assert (answered_at(), waits_since(ticket)) == (None, NOW)
    assert MailedReply.objects.get().delayed_at == minute(7)

    server.steps.clear()
    let_out(30)
    assert (answered_at(), waits_since(ticket)) == (minute(2), None)
    assert history(ticket)[-2:] == ["reply_delayed 2", "reply_left 2"]
    assert len(server.taken) == 1


@pytest.mark.parametrize(("step", "code"), [("RCPT", 550), ("MAIL", 552), ("END", 554), ("DATA", 552)])
def test_refused_for_good_it_is_taken_back_at_once(
    ticket: Ticket, message: Message, server: MailServer, let_out: LetOut, step: str, code: int
) -> None:
    server.refused["dana@home.example"] = code if step == "RCPT" else 250
    server.steps[step] = code
    let_out(3)
    server.refused.clear()
    server.steps.clear()
    let_out(60)

    mailed = MailedReply.objects.get()
    assert (mailed.state, mailed.refused_at, mailed.said) == (Leaving.REFUSED, minute(3), f"{code} so be it")
    assert Message.objects.get(pk=message.pk).bounced_at == minute(3)
    assert history(ticket)[-2:] == ["reply_bounced 2", "status_changed open"]
    assert (answered_at(), waits_since(ticket), server.taken) == (None, NOW, [])


def test_a_server_that_is_down_is_an_outage_of_the_mailbox_and_nothing_is_lost(
    ticket: Ticket, message: Message, mailbox: Mailbox, server: MailServer, let_out: LetOut
) -> None:
    Mailbox.objects.update(smtp_port=closed_port())
    let_out(3)
    assert WayOut.objects.get(down_since__isnull=False).name.endswith(f"/{mailbox.address}")
    assert "ConnectionRefused" in MailedReply.objects.get().said

    let_out(8)
    assert answered_at() is None
    Mailbox.objects.update(smtp_port=server.port)
    let_out(20)
    let_out(21)

    assert (answered_at(), len(server.taken)) == (minute(2), 1)


def test_a_sender_that_the_server_does_not_take_is_tried_again(
    message: Message, server: MailServer, let_out: LetOut
) -> None:
    server.steps["MAIL"] = 550
    let_out(3)

    assert (MailedReply.objects.get().state, MailedReply.objects.get().said) == (
        Leaving.LEAVING,
        "550 so be it",
    )
    server.steps.clear()
    let_out(4)
    assert MailedReply.objects.get().state == Leaving.LEFT


def test_refused_again_and_again_it_is_given_up_and_taken_back(
    ticket: Ticket, message: Message, server: MailServer, let_out: LetOut
) -> None:
    server.steps["DATA"] = 451
    at = 3.0
    for wait in (*limits.BACK_OFF, limits.BACK_OFF[0]):
        let_out(at)
        at += wait.total_seconds() / 60

    assert Delivery.objects.get().given_up_at is not None
    mailed = MailedReply.objects.get()
    assert (mailed.state, mailed.said) == (Leaving.REFUSED, "451 so be it")
    assert history(ticket)[-2:] == ["reply_bounced 2", "status_changed open"]


def test_taken_without_a_word_it_goes_again_under_one_id_and_not_without_end(
    ticket: Ticket, message: Message, server: MailServer, let_out: LetOut
) -> None:
    server.hangs_up = True
    at = 3.0
    for wait in (*limits.BACK_OFF, *limits.BACK_OFF):
        let_out(at)
        at += wait.total_seconds() / 60 + limits.PROBES[-1].total_seconds() / 60

    assert len(server.taken) == limits.MOST_ATTEMPTS
    assert len({taken.message["Message-ID"] for taken in server.taken}) == 1
    mailed = MailedReply.objects.get()
    assert (mailed.state, mailed.said[-33:]) == (Leaving.REFUSED, "It may have arrived all the same.")
    assert waits_since(ticket) == NOW


@pytest.mark.parametrize("address", ["nonsense", "jörg@home.example", "a@b\r\nBcc: c@d.example"])
def test_an_address_that_is_none_is_refused_without_asking_a_server(
    message: Message, server: MailServer, let_out: LetOut, address: str
) -> None:
    MessageParty.objects.update(address=address)
    let_out(3)

    assert MailedReply.objects.get().state == Leaving.REFUSED
    assert server.connections == 0


@pytest.mark.parametrize("gone", ["deleted", "watching", "customer erased"])
def test_without_a_way_any_more_it_is_taken_back(
    message: Message, mailbox: Mailbox, server: MailServer, let_out: LetOut, gone: str
) -> None:
    if gone == "deleted":
        mailbox.delete()
    elif gone == "watching":
        Mailbox.objects.update(mode="watch")
    else:
        erase_customer(customer=Customer.objects.get())
    let_out(3)

    assert MailedReply.objects.get().state == Leaving.REFUSED
    assert Message.objects.get(pk=message.pk).bounced_at == minute(3)
    assert server.connections == 0


def test_dead_between_the_server_s_word_and_ours_it_goes_twice_under_one_id(
    message: Message, server: MailServer, let_out: LetOut, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """What no code of ours catches."""

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(reply_outcome, "note_left", die)
        with pytest.raises(Killed):
            let_out(3)
    let_out(3)
    assert len(server.taken) == 1, "its lease is not over"

    let_out(4)
    let_out(5)
    assert len(server.taken) == 2
    assert len({taken.message["Message-ID"] for taken in server.taken}) == 1
    assert MailedReply.objects.get().left_at == minute(4)


def test_dead_after_it_was_noted_it_does_not_go_again(
    ticket: Ticket, message: Message, server: MailServer, let_out: LetOut
) -> None:
    let_out(3)
    Delivery.objects.update(sent_at=None, due_at=minute(3))
    let_out(4)

    assert len(server.taken) == 1
    assert MailedReply.objects.get().left_at == minute(3)


@pytest.mark.parametrize("meanwhile", ["merged", "spam", "resolved", "closed"])
def test_whatever_becomes_of_its_ticket_it_is_late_and_leaves_all_the_same(
    make: Make, ticket: Ticket, message: Message, server: MailServer, let_out: LetOut, meanwhile: str
) -> None:
    by, now = make.agent(), minute(4)
    server.steps["DATA"] = 451
    let_out(3)
    if meanwhile == "merged":
        merging.merge(ticket=ticket, into=make.ticket(now=minute(3)), by=by, now=now)
    elif meanwhile == "spam":
        ticket_status.mark_spam(ticket=ticket, by=by, now=now)
    else:
        ticket_status.set_status(ticket=ticket, status=meanwhile, by=by, now=now)

    let_out(8)
    server.steps.clear()
    let_out(30)

    assert history(ticket)[-2:] == ["reply_delayed 2", "reply_left 2"]
    assert (MailedReply.objects.get().state, len(server.taken)) == (Leaving.LEFT, 1)
    assert Clock.objects.get(ticket=ticket, metric="first_response").ended_at == minute(2)


def test_one_that_cannot_be_followed_holds_up_no_other(
    make: Make, message: Message, server: MailServer, let_out: LetOut
) -> None:
    other = make.ticket(email="jon@home.example")
    reply_in_public(ticket=other, author=make.agent(), body="Here.", now=minute(2))
    Message.objects.filter(pk=message.pk).update(author="customer")  # as no code of ours leaves it
    server.steps["DATA"] = 451
    let_out(8)

    assert MailedReply.objects.exclude(pk=message.pk).get().delayed_at == minute(8)


def test_a_reply_that_is_said_to_have_come_back_while_it_leaves_is_sent_no_more(
    make: Make, ticket: Ticket, message: Message, server: MailServer, let_out: LetOut
) -> None:
    server.steps["DATA"] = 451
    let_out(3)
    told = ToldBounce("550 no such user")
    reply_outcome.note_came_back(ticket=ticket, message=message, told=told, now=minute(4))
    server.steps.clear()
    let_out(30)

    mailed = MailedReply.objects.get()
    assert (mailed.state, mailed.said, server.taken) == (Leaving.REFUSED, "550 no such user", [])

    reply_in_public(ticket=ticket, author=make.agent(), body="Here, again.", now=minute(31))
    let_out(32)
    assert len(server.taken) == 1, "what is said after it does not wait for it"


def test_a_reply_that_has_left_meanwhile_is_not_taken_back(message: Message, let_out: LetOut) -> None:
    late = MailedReply.objects.select_related("message__ticket").get()
    let_out(3)

    reply_outcome.note_refused(late, words="too old", now=minute(4))

    assert Message.objects.get(pk=message.pk).bounced_at is None
    assert MailedReply.objects.get().state == Leaving.LEFT


def test_what_it_concerns_is_named_in_the_outbox(ticket: Ticket, message: Message) -> None:
    assert reply_channel.whom([message.pk, 10**9]) == {
        message.pk: f"Reply on {ticket.reference}",
        10**9: f"Reply on {10**9}",
    }
