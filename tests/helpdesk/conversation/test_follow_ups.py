"""What is said for a ticket that has ended is kept, and stands where somebody sees it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from helpdesk.conversation.replies import add_note, receive_customer_message, reply_in_public
from helpdesk.models import Message, Status, Ticket
from helpdesk.tickets import merging, ticket_status
from helpdesk.tickets.ended_ticket import TicketEnded, TicketMerged
from tests.helpdesk.desk import history
from tests.make import NOW, Make

SOON = NOW + timedelta(minutes=5)
LATER = NOW + timedelta(hours=1)


def write(ticket: Ticket, body: str = "Hello?", **said: object) -> Message:
    return receive_customer_message(ticket=ticket, body=body, now=LATER, **said)  # type: ignore[arg-type]


@pytest.mark.parametrize("end", [ticket_status.close, ticket_status.mark_spam, ticket_status.delete])
def test_a_customer_who_writes_after_the_end_opens_another_ticket(
    make: Make, ticket: Ticket, end: Callable[..., bool]
) -> None:
    end(ticket=ticket, by=make.agent(), now=SOON)
    ended = history(ticket)

    first, second = write(ticket), write(ticket, "Anybody?")

    follow_up = Ticket.objects.get(follows=ticket)
    assert (first.ticket, second.ticket) == (follow_up, follow_up)
    assert (follow_up.customer, follow_up.queue, follow_up.subject) == (
        ticket.customer,
        ticket.queue,
        ticket.subject,
    )
    assert (follow_up.status, follow_up.waiting_since) == (Status.NEW, LATER)
    assert history(follow_up) == ["opened", "customer_message_received"]
    assert history(ticket) == ended


def test_a_follow_up_that_ends_is_followed_in_its_turn(make: Make, ticket: Ticket) -> None:
    ticket_status.close(ticket=ticket, by=make.agent(), now=SOON)
    first = write(ticket).ticket
    ticket_status.close(ticket=first, by=make.agent(), now=LATER)

    second = write(ticket).ticket

    assert (first.follows, second.follows) == (ticket, first)


def test_a_merged_tickets_customer_goes_on_even_where_the_other_was_closed(
    make: Make, ticket: Ticket
) -> None:
    into = make.ticket()
    merging.merge(ticket=ticket, into=into, by=make.agent(), now=SOON)
    ticket_status.close(ticket=into, by=make.agent(), now=SOON)

    assert write(ticket).ticket.follows == into


def test_a_notice_of_absence_opens_nothing_and_is_kept(make: Make, ticket: Ticket) -> None:
    ticket_status.close(ticket=ticket, by=make.agent(), now=SOON)

    message = write(ticket, automatic=True)

    assert (message.ticket, Ticket.objects.count()) == (ticket, 1)
    assert Ticket.objects.get().status == Status.CLOSED


def test_a_reply_to_a_merged_ticket_is_said_on_the_other_and_a_note_stays(make: Make, ticket: Ticket) -> None:
    into = make.ticket()
    merging.merge(ticket=ticket, into=into, by=make.agent(), now=SOON)

    reply = reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=LATER)
    note = add_note(ticket=ticket, author=make.agent(), body="Hm.", now=LATER)

    assert (reply.ticket, note.ticket) == (into, ticket)
    assert list(reply.ticket.noticed) == [f"{ticket.reference} is merged: this stands on {into.reference}."]


def test_who_has_read_one_ticket_does_not_answer_another_unread(make: Make, ticket: Ticket) -> None:
    seen, into = ticket.last_seq, make.ticket()
    merging.merge(ticket=ticket, into=into, by=make.agent(), now=SOON)

    with pytest.raises(TicketMerged) as refused:
        reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=LATER, seen_seq=seen)
    assert into.reference in str(refused.value)


def test_nobody_answers_what_has_ended_for_good(make: Make, ticket: Ticket) -> None:
    ticket_status.mark_spam(ticket=ticket, by=make.agent(), now=SOON)

    with pytest.raises(TicketEnded) as refused:
        reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=LATER)
    assert refused.value.code == "ticket-spam"


def test_what_comes_again_is_found_wherever_on_the_way_it_was_said(make: Make, ticket: Ticket) -> None:
    second, third = make.ticket(), make.ticket()
    merging.merge(ticket=ticket, into=second, by=make.agent(), now=SOON)
    first = write(ticket, external_id="m-1")
    merging.merge(ticket=second, into=third, by=make.agent(), now=LATER)

    again = write(ticket, external_id="m-1")

    assert (first.ticket, again, again.ticket) == (second, first, second)
    assert Message.objects.filter(external_id="m-1").count() == 1
