"""Who has a ticket in hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.conversation.replies import reply_in_public
from helpdesk.models import Agent, Status, Ticket, TicketEvent
from helpdesk.tickets import ticket_attributes, ticket_status
from helpdesk.tickets.assignment import AlreadyTaken, acknowledge, assign, claim, unassign
from helpdesk.tickets.ended_ticket import TicketEnded
from helpdesk.tickets.membership import NotAMember
from tests.helpdesk.desk import history
from tests.make import NOW, Make

SOON = NOW + timedelta(minutes=5)


def test_an_agent_takes_a_ticket(make: Make, ticket: Ticket) -> None:
    assert claim(ticket=ticket, by=make.agent(), now=SOON)
    assert not claim(ticket=ticket, by=make.agent(), now=SOON)

    assert history(ticket) == ["opened", "assigned", "status_changed open"]
    assert Ticket.objects.get().assignee == make.agent()
    assert TicketEvent.objects.get(seq=2).payload == {"agent": make.agent().pk, "claimed": True}


def test_a_ticket_is_taken_once(make: Make, ticket: Ticket) -> None:
    claim(ticket=ticket, by=make.agent(), now=SOON)

    with pytest.raises(AlreadyTaken) as refused:
        claim(ticket=ticket, by=make.agent("colleague"), now=SOON)
    assert refused.value.status == 409
    assert str(refused.value) == "\u2068Owner\u2069 already has this ticket."


def test_a_ticket_is_given_to_somebody(make: Make, ticket: Ticket) -> None:
    colleague = make.agent("colleague")
    assert assign(ticket=ticket, to=colleague, by=make.agent("overseer"), now=SOON)
    assert not assign(ticket=ticket, to=colleague, by=make.agent("overseer"), now=SOON)

    assert history(ticket) == ["opened", "assigned"]
    assert TicketEvent.objects.get(seq=2).payload["claimed"] is False
    assert Ticket.objects.get().status == Status.NEW


def test_to_give_it_to_oneself_is_to_take_it(make: Make, ticket: Ticket) -> None:
    assign(ticket=ticket, to=make.agent(), by=make.agent(), now=SOON)

    assert TicketEvent.objects.get(seq=2).payload["claimed"] is True


def test_a_ticket_goes_to_members_only(make: Make, ticket: Ticket) -> None:
    with pytest.raises(NotAMember) as refused:
        assign(ticket=ticket, to=make.agent("outsider"), by=make.agent(), now=SOON)
    assert refused.value.pointer == "/assignee"
    Agent.objects.filter(pk=make.agent("colleague").pk).update(is_active=False)
    with pytest.raises(NotAMember):
        assign(ticket=ticket, to=make.agent("colleague"), by=make.agent(), now=SOON)


@pytest.mark.parametrize("verb", [claim, acknowledge, unassign])
def test_an_outsider_takes_nothing(make: Make, ticket: Ticket, verb: type) -> None:
    with pytest.raises(NotAMember):
        verb(ticket=ticket, by=make.agent("outsider"), now=SOON)


def test_a_ticket_goes_back(make: Make, ticket: Ticket) -> None:
    claim(ticket=ticket, by=make.agent(), now=SOON)

    assert unassign(ticket=ticket, by=make.agent(), now=SOON)
    assert not unassign(ticket=ticket, by=None, now=SOON)
    assert history(ticket)[3:] == ["unassigned"]
    assert Ticket.objects.get().assignee is None


def test_somebody_says_that_they_have_it(make: Make, ticket: Ticket) -> None:
    assert acknowledge(ticket=ticket, by=make.agent(), now=SOON)
    assert not acknowledge(ticket=ticket, by=make.agent("colleague"), now=SOON)

    assert history(ticket) == ["opened", "acknowledged"]


def test_what_was_said_late_keeps_its_time(make: Make, ticket: Ticket) -> None:
    ticket_status.set_status(ticket=ticket, status="on_hold", by=make.agent(), now=SOON)
    acknowledge(
        ticket=ticket, by=make.agent(), now=SOON + timedelta(hours=1), occurred_at=NOW + timedelta(minutes=1)
    )

    assert TicketEvent.objects.get(kind="acknowledged").occurred_at == NOW + timedelta(minutes=1)


def test_taking_or_answering_says_so_too(make: Make) -> None:
    taken, answered, given = make.ticket(), make.ticket(), make.ticket()
    claim(ticket=taken, by=make.agent(), now=SOON)
    reply_in_public(ticket=answered, author=make.agent(), body="Here.", now=SOON)
    assign(ticket=given, to=make.agent(), by=make.agent("overseer"), now=SOON)

    assert not acknowledge(ticket=taken, by=make.agent(), now=SOON)
    assert not acknowledge(ticket=answered, by=make.agent(), now=SOON)
    assert acknowledge(ticket=given, by=make.agent(), now=SOON)


def test_a_ticket_that_asks_again_is_acknowledged_again(make: Make, ticket: Ticket) -> None:
    acknowledge(ticket=ticket, by=make.agent(), now=SOON)
    ticket_status.resolve(ticket=ticket, by=make.agent(), now=SOON)
    ticket_status.reopen(ticket=ticket, by=make.agent("colleague"), now=SOON)
    assert not acknowledge(ticket=ticket, by=make.agent(), now=SOON)

    ticket_status.resolve(ticket=ticket, by=make.agent(), now=SOON)
    ticket_status.reopen(ticket=ticket, by=None, now=SOON)
    assert acknowledge(ticket=ticket, by=make.agent(), now=SOON)

    ticket_attributes.change_queue(ticket=ticket, queue=make.queue("Returns"), by=make.agent(), now=SOON)
    assert acknowledge(ticket=ticket, by=make.agent("admin"), now=SOON)


def test_nobody_takes_what_has_ended(make: Make, ticket: Ticket) -> None:
    ticket_status.resolve(ticket=ticket, by=make.agent(), now=SOON)

    for verb in (claim, acknowledge, unassign):
        with pytest.raises(TicketEnded):
            verb(ticket=ticket, by=make.agent(), now=SOON)
    with pytest.raises(TicketEnded):
        assign(ticket=ticket, to=make.agent(), by=None, now=SOON)
