"""What is said on a ticket, and what that does to it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.conversation.answers import AfterReply, NothingSaid
from helpdesk.conversation.bounces import NotAReply, take_back_bounced
from helpdesk.conversation.replies import (
    add_note,
    answer_elsewhere,
    receive_customer_message,
    reply_as_bot,
    reply_in_public,
    send_automatically,
)
from helpdesk.conversation.unseen import SomethingNewer
from helpdesk.models import Author, Message, Status, Ticket, TicketEvent
from helpdesk.tickets import ticket_status, told_time
from helpdesk.tickets.ended_ticket import TicketEnded
from helpdesk.tickets.membership import NotAMember
from tests.helpdesk.desk import history
from tests.make import NOW, Make

SOON = NOW + timedelta(minutes=5)
LATER = NOW + timedelta(hours=1)


def reply(make: Make, ticket: Ticket, then: AfterReply = AfterReply.KEEP_OPEN) -> Message:
    return reply_in_public(ticket=ticket, author=make.agent(), body="Here it is.", now=SOON, then=then)


@pytest.mark.parametrize(
    ("then", "status", "events"),
    [
        (AfterReply.KEEP_OPEN, Status.OPEN, ["status_changed open"]),
        (AfterReply.WAIT, Status.PENDING, ["status_changed pending"]),
        (AfterReply.RESOLVE, Status.RESOLVED, ["resolved"]),
    ],
)
def test_a_reply_leaves_the_ticket_as_its_writer_wants(
    make: Make, ticket: Ticket, then: AfterReply, status: Status, events: list[str]
) -> None:
    message = reply(make, ticket, then)

    assert history(ticket) == ["opened", "public_reply_sent", "assigned", *events]
    assert Ticket.objects.get().status == ticket.status == status
    assert (message.author, message.public, message.sent_at) == (Author.AGENT, True, SOON)
    event = TicketEvent.objects.get(seq=2)
    assert event.payload == {"author": "agent", "automatic": False}
    assert (event.message, event.actor, event.occurred_at) == (message, make.agent(), SOON)


@pytest.mark.parametrize("body", ["   ", "\u200b", "\u2800\n"])
def test_an_answer_in_which_there_is_nothing_to_see_answers_nobody(
    make: Make, ticket: Ticket, body: str
) -> None:
    with pytest.raises(NothingSaid):
        reply_in_public(ticket=ticket, author=make.agent(), body=body, now=SOON)
    with pytest.raises(NothingSaid):
        answer_elsewhere(ticket=ticket, by=make.agent(), way="phone", body=body, now=SOON)

    assert history(ticket) == ["opened"]


def test_history_may_tell_of_an_answer_without_its_words(make: Make, ticket: Ticket) -> None:
    reply_in_public(ticket=ticket, author=make.agent(), body=" ", now=SOON, imported=True)

    assert "public_reply_sent" in history(ticket)


def test_a_second_reply_keeps_an_open_ticket_open(make: Make, ticket: Ticket) -> None:
    reply(make, ticket)
    reply(make, ticket)

    assert history(ticket)[2:] == ["assigned", "status_changed open", "public_reply_sent"]


def test_waiting_for_the_customer_brings_a_resolved_ticket_back(make: Make, ticket: Ticket) -> None:
    reply(make, ticket, AfterReply.RESOLVE)
    reply_in_public(
        ticket=ticket, author=make.agent("colleague"), body="More.", now=SOON, then=AfterReply.WAIT
    )

    assert history(ticket)[4:] == ["public_reply_sent", "reopened agent", "status_changed pending"]


def test_the_ticket_remembers_its_latest_event(make: Make, ticket: Ticket) -> None:
    reply(make, ticket, AfterReply.WAIT)

    stored = Ticket.objects.get()
    assert (stored.last_seq, stored.last_event_at) == (4, SOON)
    assert stored.updated_at > ticket.updated_at


def test_a_reply_that_is_sent_twice_is_one_message(make: Make, ticket: Ticket) -> None:
    one, two = (
        reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=now, external_id="r1")
        for now in (SOON, LATER)
    )

    assert one == two
    assert history(ticket).count("public_reply_sent") == 1


@pytest.mark.parametrize("automatic", [False, True])
def test_sending_stops_when_a_person_has_said_something_newer(
    make: Make, ticket: Ticket, automatic: bool
) -> None:
    seen = ticket.last_seq
    receive_customer_message(ticket=ticket, body="Found it!", now=SOON, automatic=automatic)

    def send() -> None:
        reply_in_public(ticket=ticket, author=make.agent(), body="Sorry", now=LATER, seen_seq=seen)

    if automatic:
        send()
    else:
        with pytest.raises(SomethingNewer):
            send()
    assert Message.objects.filter(author=Author.AGENT).exists() == automatic


def test_a_note_by_a_colleague_does_not_stop_a_reply(make: Make, ticket: Ticket) -> None:
    seen = ticket.last_seq
    add_note(ticket=ticket, author=make.agent("colleague"), body="Mine!", now=SOON)

    reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=LATER, seen_seq=seen)


def test_an_outsider_says_nothing_here(make: Make, ticket: Ticket) -> None:
    with pytest.raises(NotAMember):
        reply_in_public(ticket=ticket, author=make.agent("outsider"), body="Hi", now=SOON)
    with pytest.raises(NotAMember):
        add_note(ticket=ticket, author=make.agent("outsider"), body="Hi", now=SOON)


def test_history_lets_those_speak_who_have_left(make: Make) -> None:
    past = make.ticket(imported=True)
    reply_in_public(ticket=past, author=make.agent("outsider"), body="Hi", now=SOON, imported=True)

    assert TicketEvent.objects.get(seq=2).imported


def test_nobody_speaks_on_a_closed_ticket(make: Make, ticket: Ticket) -> None:
    ticket_status.close(ticket=ticket, by=make.agent(), now=NOW)

    with pytest.raises(TicketEnded) as refused:
        reply(make, ticket)
    assert str(refused.value) == "This ticket is closed."
    with pytest.raises(TicketEnded):
        receive_customer_message(ticket=ticket, body="Hello?", now=SOON, imported=True)
    with pytest.raises(TicketEnded):
        reply_as_bot(ticket=ticket, body="Hello.", now=SOON)
    add_note(ticket=ticket, author=make.agent(), body="They wrote again.", now=SOON)


def test_a_bot_answers_without_opening_the_ticket(ticket: Ticket) -> None:
    reply_as_bot(ticket=ticket, body="Have you tried …", now=SOON, external_id="b1", author_name="Ada")
    reply_as_bot(ticket=ticket, body="Have you tried …", now=SOON, external_id="b1")

    assert history(ticket) == ["opened", "public_reply_sent"]
    assert ticket.status == Status.NEW
    event = TicketEvent.objects.get(seq=2)
    assert (event.actor_kind, event.payload["author"]) == (Author.BOT, "bot")


def test_a_receipt_is_automatic_and_comes_twice_as_one(ticket: Ticket) -> None:
    message, again = (
        send_automatically(ticket=ticket, body="We have it.", now=SOON, external_id="r1") for _ in range(2)
    )

    assert message == again
    assert (message.automatic, message.author) == (True, Author.SYSTEM)
    event = TicketEvent.objects.get(seq=2)
    assert (event.actor_kind, event.payload) == (Author.SYSTEM, {"author": "system", "automatic": True})


def test_an_absence_notice_in_an_agents_name_answers_nothing(make: Make, ticket: Ticket) -> None:
    message = send_automatically(ticket=ticket, author=make.agent(), body="Away.", now=SOON)

    assert (message.agent, message.automatic) == (make.agent(), True)
    assert history(ticket) == ["opened", "public_reply_sent"]
    stored = Ticket.objects.get()
    assert (stored.status, stored.waiting_since, stored.unacknowledged_since) == (Status.NEW, NOW, NOW)


def test_an_absence_notice_after_a_bounce_is_no_other_answer(make: Make, ticket: Ticket) -> None:
    bounced = reply(make, ticket, AfterReply.RESOLVE)
    send_automatically(ticket=ticket, author=make.agent(), body="Away.", now=SOON)
    take_back_bounced(ticket=ticket, message=bounced, now=LATER)

    assert history(ticket)[-1] == "reopened agent"


def test_a_note_is_internal_and_a_machine_may_write_one(make: Make, ticket: Ticket) -> None:
    note = add_note(ticket=ticket, author=make.agent(), body="Ask the warehouse.", now=SOON)
    by_bot = add_note(ticket=ticket, author=None, body="Mood: impatient", now=SOON, external_id="n1")

    assert by_bot == add_note(ticket=ticket, author=None, body="Mood", now=SOON, external_id="n1")
    assert (note.public, by_bot.public, by_bot.author) == (False, False, Author.BOT)
    assert history(ticket) == ["opened", "note_added", "note_added"]


@pytest.mark.parametrize(
    ("status", "then"),
    [
        (Status.PENDING, ["status_changed open"]),
        (Status.ON_HOLD, ["status_changed open"]),
        (Status.RESOLVED, ["reopened customer"]),
        (Status.OPEN, []),
    ],
)
def test_a_customer_brings_a_waiting_ticket_back(
    make: Make, ticket: Ticket, status: Status, then: list[str]
) -> None:
    ticket_status.set_status(ticket=ticket, status=status, by=make.agent(), now=NOW)
    message = receive_customer_message(ticket=ticket, body="And?", now=SOON)

    assert history(ticket)[2:] == ["customer_message_received", *then]
    assert Ticket.objects.get().status == Status.OPEN
    assert message.author == Author.CUSTOMER
    assert set(TicketEvent.objects.filter(seq__gt=2).values_list("actor_kind", flat=True)) == {
        Author.CUSTOMER
    }


def test_an_automatic_message_brings_nothing_back(make: Make, ticket: Ticket) -> None:
    ticket_status.resolve(ticket=ticket, by=make.agent(), now=NOW)
    receive_customer_message(ticket=ticket, body="Out of office", now=SOON, automatic=True)

    assert history(ticket) == ["opened", "resolved", "customer_message_received"]
    assert TicketEvent.objects.get(seq=3).payload == {"automatic": True}


def test_a_message_that_comes_twice_is_one_message(ticket: Ticket) -> None:
    one, two = (
        receive_customer_message(ticket=ticket, body="And?", now=SOON, external_id="m1") for _ in range(2)
    )

    assert one == two


def test_a_late_message_keeps_its_time_but_cannot_undo_what_came_after(make: Make, ticket: Ticket) -> None:
    ticket_status.set_status(ticket=ticket, status="pending", by=make.agent(), now=LATER)
    message = receive_customer_message(
        ticket=ticket, body="Sent from the tube", now=LATER + timedelta(hours=1), sent_at=SOON
    )

    received, opened = TicketEvent.objects.filter(seq__gt=2).order_by("seq")
    assert (message.sent_at, received.occurred_at) == (SOON, SOON)
    assert (opened.kind, opened.occurred_at) == ("status_changed", received.recorded_at)
    assert received.recorded_at == LATER + timedelta(hours=1)
    assert Ticket.objects.get().last_event_at == received.recorded_at


def test_nothing_is_said_before_the_ticket_was_opened(ticket: Ticket) -> None:
    earlier = NOW - timedelta(days=2)
    message = receive_customer_message(ticket=ticket, body="First!", now=SOON, sent_at=earlier)

    assert message.sent_at == earlier
    assert TicketEvent.objects.get(seq=2).occurred_at == NOW


def test_nothing_is_said_in_the_future(ticket: Ticket) -> None:
    with pytest.raises(told_time.InTheFuture) as refused:
        receive_customer_message(ticket=ticket, body="Hi", now=SOON, sent_at=SOON + timedelta(hours=25))
    assert refused.value.pointer == "/sent_at"


def test_what_happens_at_once_is_told_in_order(make: Make, ticket: Ticket) -> None:
    reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=LATER)
    receive_customer_message(ticket=ticket, body="Thanks", now=SOON)

    assert TicketEvent.objects.get(kind="customer_message_received").occurred_at == LATER


@pytest.mark.parametrize(
    ("then", "back"),
    [
        (AfterReply.WAIT, ["status_changed open"]),
        (AfterReply.RESOLVE, ["reopened agent"]),
        (AfterReply.KEEP_OPEN, []),
    ],
)
def test_a_bounced_reply_answered_nothing(
    make: Make, ticket: Ticket, then: AfterReply, back: list[str]
) -> None:
    message = reply(make, ticket, then)

    assert take_back_bounced(ticket=ticket, message=message, now=LATER)
    assert not take_back_bounced(ticket=ticket, message=message, now=LATER)

    assert history(ticket)[4:] == ["reply_bounced 2", *back]
    assert ticket.status == Status.OPEN
    assert Message.objects.get(pk=message.pk).bounced_at == LATER


def test_a_bounce_after_another_answer_changes_nothing_else(make: Make, ticket: Ticket) -> None:
    bounced = reply(make, ticket)
    reply(make, ticket, AfterReply.WAIT)
    take_back_bounced(ticket=ticket, message=bounced, now=LATER)

    assert history(ticket)[-1] == "reply_bounced 2"
    assert ticket.status == Status.PENDING


def test_a_bounce_leaves_a_ticket_on_hold(make: Make, ticket: Ticket) -> None:
    message = reply(make, ticket)
    ticket_status.set_status(ticket=ticket, status="on_hold", by=make.agent(), now=SOON)
    take_back_bounced(ticket=ticket, message=message, now=LATER)

    assert history(ticket)[-1] == "reply_bounced 2"


def test_a_first_mail_to_a_customer_can_bounce(make: Make) -> None:
    ticket = make.ticket(by=make.agent(), outbound=True)
    take_back_bounced(ticket=ticket, message=Message.objects.get(), now=LATER)

    assert history(ticket)[2:] == ["reply_bounced 1"]


def test_only_our_own_replies_on_this_ticket_bounce(make: Make, ticket: Ticket) -> None:
    other = make.ticket()
    note = add_note(ticket=ticket, author=make.agent(), body="Hm.", now=SOON)
    for message in (ticket.messages.first(), note, reply(make, other)):
        assert message is not None
        with pytest.raises(NotAReply):
            take_back_bounced(ticket=ticket, message=message, now=LATER)
