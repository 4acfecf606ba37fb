"""Who waits, and whom a ticket asks for, as its columns tell it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps

from helpdesk.conversation.answers import AfterReply
from helpdesk.conversation.bounces import take_back_bounced
from helpdesk.conversation.replies import receive_customer_message, reply_as_bot, reply_in_public
from helpdesk.models import Ticket
from helpdesk.tickets import assignment, merging, ticket_attributes, ticket_status
from helpdesk.tickets.state.ticket_story import state_of
from tests.make import NOW, Make

SOON = NOW + timedelta(minutes=5)
LATER = NOW + timedelta(hours=1)
QueriesCounted = Callable[..., AbstractContextManager[object]]


def waits(ticket: Ticket) -> tuple[datetime | None, datetime | None]:
    stored = Ticket.objects.get(pk=ticket.pk)
    state = state_of(stored.events.all())
    assert (stored.status, stored.begun) == (state.status, state.begun)
    assert (stored.waiting_since, stored.unacknowledged_since) == (
        state.waiting_since,
        state.unacknowledged_since,
    )
    return stored.waiting_since, stored.unacknowledged_since


def test_a_new_ticket_waits_since_its_customer_asked(make: Make) -> None:
    earlier = NOW - timedelta(hours=1)
    ticket = make.ticket(occurred_at=earlier)

    assert (ticket.waiting_since, ticket.unacknowledged_since) == waits(ticket) == (earlier, earlier)


def test_who_was_written_to_first_waits_for_nothing(make: Make) -> None:
    ticket = make.ticket(by=make.agent(), outbound=True)
    for_them = make.ticket(by=make.agent())

    assert (ticket.waiting_since, ticket.unacknowledged_since) == waits(ticket) == (None, None)
    assert not assignment.acknowledge(ticket=ticket, by=make.agent(), now=SOON)
    assert waits(for_them) == (NOW, NOW)


def test_an_answer_ends_both_and_the_next_message_begins_one(make: Make, ticket: Ticket) -> None:
    reply_as_bot(ticket=ticket, body="Have you tried …", now=SOON)
    assert waits(ticket) == (NOW, NOW)
    reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=SOON)
    assert waits(ticket) == (None, None)
    receive_customer_message(ticket=ticket, body="And?", now=LATER)

    assert waits(ticket) == (LATER, None)


def test_to_have_it_answers_nothing(make: Make, ticket: Ticket) -> None:
    assignment.claim(ticket=ticket, by=make.agent(), now=SOON)
    assert waits(ticket) == (NOW, None)
    assignment.unassign(ticket=ticket, by=make.agent(), now=LATER)

    assert waits(ticket) == (NOW, LATER)


def test_what_ends_asks_for_nobody(make: Make, ticket: Ticket) -> None:
    ticket_status.resolve(ticket=ticket, by=make.agent(), now=SOON)
    assert waits(ticket) == (None, None)
    ticket_status.reopen(ticket=ticket, by=make.agent("colleague"), now=SOON)
    assert waits(ticket) == (None, None)
    ticket_status.close(ticket=ticket, by=make.agent(), now=SOON)
    ticket_status.reopen(ticket=ticket, by=make.agent("colleague"), now=SOON)
    receive_customer_message(ticket=ticket, body="And?", now=LATER)

    assert waits(ticket) == (LATER, None)


@pytest.mark.parametrize("then", AfterReply)
def test_an_answer_that_bounced_ended_nothing(make: Make, ticket: Ticket, then: AfterReply) -> None:
    message = reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=SOON, then=then)
    take_back_bounced(ticket=ticket, message=message, now=LATER)

    resolved = then == AfterReply.RESOLVE
    assert waits(ticket) == (NOW, None if resolved else NOW)


def test_who_still_waits_after_a_bounce_is_heard_by_the_next_end(make: Make, ticket: Ticket) -> None:
    message = reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=SOON)
    take_back_bounced(ticket=ticket, message=message, now=SOON)
    ticket_status.resolve(ticket=ticket, by=make.agent(), now=LATER)

    assert waits(ticket) == (None, None)


def test_a_message_that_we_hear_of_late_takes_its_own_place(make: Make, ticket: Ticket) -> None:
    reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=LATER)
    receive_customer_message(ticket=ticket, body="From the tube", now=LATER, sent_at=SOON)
    assert waits(ticket) == (SOON, None)


def test_to_have_had_it_before_it_asked_anew_is_not_to_have_it(make: Make, ticket: Ticket) -> None:
    ticket_attributes.change_queue(ticket=ticket, queue=make.queue("Returns"), by=None, now=LATER)
    acknowledged = assignment.acknowledge(ticket=ticket, by=make.agent("admin"), now=LATER, occurred_at=SOON)

    assert acknowledged
    assert waits(ticket) == (NOW, LATER)


def test_a_ticket_that_is_brought_back_waits_as_before(make: Make, ticket: Ticket) -> None:
    ticket_status.mark_spam(ticket=ticket, by=make.agent(), now=SOON)
    assert waits(ticket) == (None, None)
    ticket_status.restore(ticket=ticket, by=make.agent(), now=LATER)

    assert waits(ticket) == (NOW, NOW)


def test_a_merge_hands_the_wait_on(make: Make, ticket: Ticket) -> None:
    into = make.ticket(now=SOON)
    reply_in_public(ticket=into, author=make.agent(), body="Here.", now=SOON)
    merging.merge(ticket=ticket, into=into, by=make.agent(), now=LATER)

    assert (waits(ticket), waits(into)) == ((None, None), (NOW, None))


def test_no_event_is_read_for_what_comes_next(
    make: Make, ticket: Ticket, django_assert_num_queries: QueriesCounted
) -> None:
    agent = make.agent()
    with django_assert_num_queries(4):  # lock, membership, ticket, event
        assignment.acknowledge(ticket=ticket, by=agent, now=SOON)
    with django_assert_num_queries(4):
        ticket_attributes.change_priority(ticket=ticket, priority="high", by=agent, now=SOON)


def test_tickets_that_are_there_already_learn_who_waits(make: Make, ticket: Ticket) -> None:
    answered = make.ticket()
    reply_in_public(ticket=answered, author=make.agent(), body="Here.", now=SOON)
    Ticket.objects.update(waiting_since=None, unacknowledged_since=None)

    import_module("helpdesk.migrations.0004_ticket_waits").fill(apps, None)

    assert (waits(ticket), waits(answered)) == ((NOW, NOW), (None, None))


def test_what_was_put_aside_can_be_put_aside_in_another_way(make: Make, ticket: Ticket) -> None:
    ticket_status.mark_spam(ticket=ticket, by=make.agent(), now=SOON)
    ticket_status.delete(ticket=ticket, by=make.agent(), now=LATER)
    assert waits(ticket) == (None, None)
    assert ticket.status == "deleted"

    receive_customer_message(ticket=ticket, body="And?", now=LATER)
    assert Ticket.objects.get(pk=ticket.pk).status == "deleted"
    ticket_status.restore(ticket=ticket, by=make.agent(), now=LATER)

    assert waits(ticket) == (NOW, NOW)
