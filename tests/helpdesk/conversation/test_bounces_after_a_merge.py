"""An answer that bounces once its ticket has been merged: its customer waits where the ticket went."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from helpdesk.conversation.answers import AfterReply
from helpdesk.conversation.bounces import take_back_bounced
from helpdesk.conversation.replies import reply_as_bot, reply_in_public, send_automatically
from helpdesk.models import Message, Status, Ticket, TicketEvent
from helpdesk.tickets import ticket_status
from helpdesk.tickets.merging import merge
from tests.helpdesk.desk import history
from tests.make import NOW, Make


def at(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


@pytest.fixture
def into(make: Make) -> Ticket:
    """Another ticket, asked and answered, into which the first goes up."""
    into = make.ticket(now=at(10))
    reply_in_public(ticket=into, author=make.agent(), body="Here.", now=at(15))
    return into


def answer(make: Make, ticket: Ticket, minutes: int, then: AfterReply = AfterReply.KEEP_OPEN) -> Message:
    return reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=at(minutes), then=then)


@pytest.mark.parametrize("then", AfterReply)
def test_the_survivors_customer_waits_since_they_asked(
    make: Make, ticket: Ticket, into: Ticket, then: AfterReply
) -> None:
    bounced = answer(make, ticket, 20, then)
    ticket_status.set_status(ticket=into, status="pending", by=make.agent(), now=at(25))
    merge(ticket=ticket, into=into, by=make.agent(), now=at(30))
    assert Ticket.objects.get(pk=into.pk).waiting_since is None

    take_back_bounced(ticket=ticket, message=bounced, now=at(40))

    stored = Ticket.objects.get(pk=into.pk)
    assert (stored.waiting_since, stored.status) == (NOW, Status.OPEN)
    anew = TicketEvent.objects.filter(ticket=into, kind="absorbed").order_by("seq").last()
    assert anew is not None
    assert anew.payload == {"ticket": ticket.pk, "waiting_since": NOW.isoformat()}
    assert history(into)[-1] == "status_changed open"
    assert Ticket.objects.get(pk=ticket.pk).status == Status.MERGED


def test_they_wait_on_the_last_of_a_chain(make: Make, ticket: Ticket, into: Ticket) -> None:
    bounced, last = answer(make, ticket, 20), make.ticket(now=at(21))
    answer(make, last, 22)
    merge(ticket=ticket, into=into, by=make.agent(), now=at(30))
    merge(ticket=into, into=last, by=make.agent(), now=at(31))

    take_back_bounced(ticket=ticket, message=bounced, now=at(40))

    assert Ticket.objects.get(pk=last.pk).waiting_since == NOW
    assert history(into)[-1] == "merged_into"


def test_a_resolved_survivor_comes_back(make: Make, ticket: Ticket, into: Ticket) -> None:
    bounced = answer(make, ticket, 20)
    merge(ticket=ticket, into=into, by=make.agent(), now=at(30))
    ticket_status.resolve(ticket=into, by=make.agent(), now=at(35))

    take_back_bounced(ticket=ticket, message=bounced, now=at(40))

    assert history(into)[-2:] == ["absorbed", "reopened agent"]
    assert Ticket.objects.get(pk=into.pk).waiting_since == NOW


def test_who_has_been_answered_there_since_does_not_wait(make: Make, ticket: Ticket, into: Ticket) -> None:
    bounced = answer(make, ticket, 20)
    merge(ticket=ticket, into=into, by=make.agent(), now=at(30))
    answer(make, into, 35)

    take_back_bounced(ticket=ticket, message=bounced, now=at(40))

    assert history(into)[-1] == "public_reply_sent"
    assert Ticket.objects.get(pk=into.pk).waiting_since is None


def test_what_no_person_answered_there_is_no_answer(make: Make, ticket: Ticket, into: Ticket) -> None:
    bounced = answer(make, ticket, 20)
    merge(ticket=ticket, into=into, by=make.agent(), now=at(30))
    reply_as_bot(ticket=into, body="Beep.", now=at(31))
    send_automatically(ticket=into, author=make.agent(), body="Away.", now=at(32))
    also_bounced = answer(make, into, 33)
    take_back_bounced(ticket=into, message=also_bounced, now=at(34))

    take_back_bounced(ticket=ticket, message=bounced, now=at(40))

    assert Ticket.objects.get(pk=into.pk).waiting_since == NOW


def test_of_several_answers_the_last_to_bounce_decides(make: Make, ticket: Ticket, into: Ticket) -> None:
    bounced = answer(make, ticket, 20)
    answered = answer(make, ticket, 21)
    merge(ticket=ticket, into=into, by=make.agent(), now=at(30))

    take_back_bounced(ticket=ticket, message=bounced, now=at(40))
    assert Ticket.objects.get(pk=into.pk).waiting_since is None
    take_back_bounced(ticket=ticket, message=answered, now=at(41))
    assert Ticket.objects.get(pk=into.pk).waiting_since == NOW
