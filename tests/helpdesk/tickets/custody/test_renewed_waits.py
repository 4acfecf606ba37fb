"""A customer comes to wait again, by whatever way: nobody has the ticket put off then, nor anybody who is away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from helpdesk.conversation import bounces
from helpdesk.conversation.answers import AfterReply
from helpdesk.conversation.counted_words import count_as_the_customers
from helpdesk.conversation.replies import add_note, receive_customer_message, reply_in_public
from helpdesk.models import Agent, Author, Snooze, Ticket
from helpdesk.tickets import assignment, merging, ticket_status
from helpdesk.tickets.custody import absences, handover, snoozes
from helpdesk.tickets.undo import undo
from tests.helpdesk.desk import history
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

MINUTE = timedelta(minutes=1)
LEFT, THEN = NOW + 10 * MINUTE, NOW + 20 * MINUTE
MORNING = NOW + timedelta(days=1)

Waiting = Callable[[Make, Ticket], object]


def reply(ticket: Ticket, author: Agent, then: AfterReply) -> object:
    return reply_in_public(ticket=ticket, author=author, body="When?", now=NOW + 2 * MINUTE, then=then)


def have_written(_make: Make, ticket: Ticket) -> object:
    return receive_customer_message(ticket=ticket, body="Blue.", now=THEN)


def have_written_through_another(make: Make, ticket: Ticket) -> object:
    note = add_note(ticket=ticket, author=None, otherwise=Author.THIRD_PARTY, body="She says blue.", now=THEN)
    return count_as_the_customers(ticket=ticket, message=note, by=make.agent("colleague"), now=THEN)


def have_heard_nothing(_make: Make, ticket: Ticket) -> object:
    message = ticket.messages.get(author="agent")
    return bounces.take_back_bounced(ticket=ticket, message=message, now=THEN)


def have_another_ticket(make: Make, ticket: Ticket) -> object:
    waiting = make.ticket(customer={"email": "maria@example.com"})
    return merging.merge(ticket=waiting, into=ticket, by=make.agent("colleague"), now=THEN)


def have_called_it_back(make: Make, ticket: Ticket) -> object:
    ticket_status.resolve(ticket=ticket, by=make.agent("colleague"), now=THEN - MINUTE)
    return ticket_status.reopen(ticket=ticket, by=None, now=THEN)


WAYS = pytest.mark.parametrize(
    "wait",
    [
        have_written,
        have_written_through_another,
        have_heard_nothing,
        have_another_ticket,
        have_called_it_back,
    ],
)


@pytest.fixture
def answered(make: Make) -> Ticket:
    """A ticket that its owner has answered, and on which nobody waits."""
    ticket = make.ticket()
    assignment.claim(ticket=ticket, by=make.agent(), now=NOW + MINUTE)
    reply(ticket, make.agent(), AfterReply.WAIT)
    return ticket


@WAYS
def test_it_goes_back_to_its_queue_where_its_agent_is_away(
    make: Make, answered: Ticket, wait: Waiting
) -> None:
    absences.go_away(agent=make.agent(), until=NOW + timedelta(days=3), by=make.agent(), now=LEFT)

    wait(make, answered)

    answered.refresh_from_db()
    assert answered.assignee is None
    assert history(answered)[-1] == "unassigned away"


@WAYS
def test_it_is_on_its_agents_list_again_though_they_have_put_it_off(
    make: Make, answered: Ticket, wait: Waiting
) -> None:
    snoozes.snooze(ticket=answered, until=None, by=make.agent(), now=LEFT)

    wait(make, answered)

    assert not Snooze.objects.asleep(THEN).exists()
    assert Snooze.objects.get().back_at == THEN


def test_a_merge_that_is_undone_leaves_it_put_off(make: Make, answered: Ticket) -> None:
    snoozes.snooze(ticket=answered, until=MORNING, by=make.agent(), now=LEFT)
    have_another_ticket(make, answered)

    undo(ticket=answered, by=make.agent("colleague"), now=THEN + MINUTE)

    [put_off] = Snooze.objects.asleep(THEN + MINUTE)
    assert (put_off.agent, put_off.snoozed_at, put_off.until) == (make.agent(), LEFT, MORNING)


def test_nobody_who_went_away_meanwhile_is_given_back_what_waits(make: Make) -> None:
    owner, colleague, ticket = make.agent(), make.agent("colleague"), make.ticket()
    assignment.claim(ticket=ticket, by=owner, now=NOW)
    handover.take_over(ticket=ticket, holder=owner.pk, by=colleague, now=LEFT)
    absences.go_away(agent=owner, until=MORNING, by=owner, now=LEFT + MINUTE)

    undo(ticket=ticket, by=colleague, now=LEFT + 2 * MINUTE)

    ticket.refresh_from_db()
    assert ticket.assignee is None


def sleeps_until(now: datetime) -> list[datetime | None]:
    return [put_off.until for put_off in Snooze.objects.asleep(now)]


def test_what_was_put_off_otherwise_before_is_so_again_once_that_is_undone(
    make: Make, answered: Ticket
) -> None:
    owner = make.agent()
    snoozes.snooze(ticket=answered, until=MORNING, by=owner, now=LEFT)
    snoozes.snooze(ticket=answered, until=None, by=owner, now=THEN)

    undo(ticket=answered, by=owner, now=THEN + MINUTE)

    assert sleeps_until(THEN + MINUTE) == [MORNING]


def test_having_it_back_is_undone_too(make: Make, answered: Ticket) -> None:
    owner = make.agent()
    snoozes.snooze(ticket=answered, until=MORNING, by=owner, now=LEFT)
    snoozes.end_snooze(ticket=answered, by=owner, now=THEN)

    undo(ticket=answered, by=owner, now=THEN + MINUTE)

    assert sleeps_until(THEN + MINUTE) == [MORNING]


def test_nothing_is_put_off_again_on_which_its_customer_has_written_since(
    make: Make, answered: Ticket
) -> None:
    owner = make.agent()
    snoozes.snooze(ticket=answered, until=MORNING, by=owner, now=LEFT)
    have_written(make, answered)
    snoozes.snooze(ticket=answered, until=MORNING, by=owner, now=THEN + MINUTE)

    undo(ticket=answered, by=owner, now=THEN + 2 * MINUTE)

    assert sleeps_until(THEN + 2 * MINUTE) == []
