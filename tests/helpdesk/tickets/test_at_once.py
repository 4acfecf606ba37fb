"""What happens at once happens in some order, once, and never deadlocks."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from helpdesk.access import api_keys
from helpdesk.access.people import departures
from helpdesk.conversation.replies import receive_customer_message
from helpdesk.models import Agent, Customer, Membership, Message, Ticket, TicketEvent
from helpdesk.tickets import merging, ticket_attributes
from helpdesk.tickets.assignment import AlreadyTaken, assign, claim
from helpdesk.tickets.ended_ticket import TicketMerged
from helpdesk.tickets.opening.new_ticket import NewCustomer, NewTicket
from helpdesk.tickets.opening.opening import Opened, open_tickets
from tests.helpdesk.at_once import at_once
from tests.make import NOW, Make

SOON = NOW + timedelta(minutes=5)
ROUNDS = 10

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_agents_never_take_the_same_ticket(make: Make) -> None:
    agents = [make.agent(), make.agent("colleague")]
    for _ in range(ROUNDS):
        ticket = make.ticket()

        results = at_once(
            *(partial(claim, ticket=Ticket.objects.get(pk=ticket.pk), by=agent, now=SOON) for agent in agents)
        )

        assert sorted(type(result).__name__ for result in results) == sorted(["bool", AlreadyTaken.__name__])
        assert TicketEvent.objects.filter(ticket=ticket, kind="assigned").count() == 1


def test_twins_open_one_ticket(make: Make) -> None:
    store = make.store()
    for number in range(ROUNDS):
        shapes = [make.shape(external_id=f"twin-{number}", email="jon@example.com") for _ in range(2)]

        def come(shape: NewTicket) -> Opened:
            return open_tickets([shape], store=store, now=NOW)[0]

        results = at_once(*(partial(come, shape) for shape in shapes))

        opened = [result for result in results if isinstance(result, Opened)]
        assert sorted(one.created for one in opened) == [False, True]
        assert opened[0].ticket == opened[1].ticket
    assert (Ticket.objects.count(), Message.objects.count()) == (ROUNDS, ROUNDS)
    assert TicketEvent.objects.count() == ROUNDS
    assert Customer.objects.count() == 1


def test_batches_with_the_same_tickets_in_another_order_do_not_deadlock(make: Make) -> None:
    store = make.store()
    for number in range(ROUNDS):
        shapes = [
            make.shape(
                external_id=f"{number}-{n}", customer={"external_id": f"c{number}-{n}", "name": str(n)}
            )
            for n in range(20)
        ]
        results = at_once(
            partial(open_tickets, shapes, store=store, now=NOW),
            partial(open_tickets, shapes[::-1], store=store, now=NOW),
        )

        created = [one.created for result in results if isinstance(result, list) for one in result]
        assert (created.count(True), created.count(False)) == (20, 20)
    assert Customer.objects.count() == Ticket.objects.count() == 20 * ROUNDS


def test_an_email_and_an_external_id_meet_in_one_customer(make: Make) -> None:
    store = make.store()
    for number in range(ROUNDS):
        email = f"jon{number}@example.com"
        make.ticket(email=email)
        shapes = [
            make.shape(customer={"external_id": f"c{number}", "email": email}),
            make.shape(customer={"external_id": f"c{number}"}),
        ]
        results = at_once(*(partial(open_tickets, [shape], store=store, now=NOW) for shape in shapes))

        opened = [one for result in results if isinstance(result, list) for one in result]
        customers = {one.ticket.customer_id for one in opened if one.ticket}
        assert customers == {Customer.objects.get(external_id=f"c{number}").pk}


def test_tickets_that_are_merged_into_each_other_do_not_deadlock(make: Make) -> None:
    owner = make.agent()
    for _ in range(ROUNDS):
        one, other = make.ticket().pk, make.ticket().pk

        def join(ticket: int, into: int) -> bool:
            tickets = Ticket.objects.in_bulk([ticket, into])
            return merging.merge(ticket=tickets[ticket], into=tickets[into], by=owner, now=SOON)

        results = at_once(partial(join, one, other), partial(join, other, one))

        assert sorted(type(result).__name__ for result in results) == sorted(["bool", TicketMerged.__name__])


def test_a_ticket_whose_customer_two_change_at_once_is_the_later_ones(make: Make) -> None:
    owner = make.agent()
    for number in range(ROUNDS):
        ticket = make.ticket()

        def give(email: str, ticket: Ticket = ticket) -> bool:
            there, person = Ticket.objects.get(pk=ticket.pk), NewCustomer(email=email)
            return ticket_attributes.change_customer(ticket=there, customer=person, by=owner, now=SOON)

        results = at_once(*(partial(give, f"{number}-{n}@example.com") for n in range(3)))

        assert results == [True] * 3
        told = TicketEvent.objects.filter(ticket=ticket, kind="customer_changed").order_by("seq")
        assert [event.payload["before"] for event in told] == [
            ticket.customer_id, *(event.payload["customer"] for event in list(told)[:2]),
        ]  # fmt: skip


def test_messages_that_come_at_once_are_numbered_one_by_one(make: Make) -> None:
    ticket = make.ticket()

    def say(number: int) -> Message:
        return receive_customer_message(ticket=Ticket.objects.get(pk=ticket.pk), body=str(number), now=SOON)

    at_once(*(partial(say, number) for number in range(8)))

    seqs = TicketEvent.objects.filter(ticket=ticket).order_by("seq").values_list("seq", flat=True)
    assert list(seqs) == list(range(1, 10))
    assert Ticket.objects.get().last_seq == 9


def test_keys_that_are_issued_at_once_are_two(make: Make) -> None:
    store = make.store()

    results = at_once(*(lambda: api_keys.issue(store, ["read"], NOW)[0] for _ in range(4)))

    assert sum(isinstance(result, api_keys.TwoKeysAlready) for result in results) == 2


def test_nobody_who_is_just_leaving_is_given_a_ticket(make: Make) -> None:
    for number in range(ROUNDS):
        leaving, ticket = make.agent(f"leaving{number}"), make.ticket()
        give = partial(
            assign,
            ticket=Ticket.objects.get(pk=ticket.pk),
            to=Agent.objects.get(pk=leaving.pk),
            by=None,
            now=SOON,
        )

        at_once(partial(departures.deactivate, agent=leaving, now=SOON), give)

        assert Ticket.objects.get(pk=ticket.pk).assignee is None


def test_nor_who_is_just_leaving_the_queue(make: Make) -> None:
    for number in range(ROUNDS):
        leaving, ticket = make.agent(f"leaving{number}"), make.ticket()
        give = partial(assign, ticket=Ticket.objects.get(pk=ticket.pk), to=leaving, by=None, now=SOON)

        at_once(partial(leave, leaving, ticket.queue_id), give)

        assert Ticket.objects.get(pk=ticket.pk).assignee is None


def leave(agent: Agent, queue_id: int) -> departures.HandedBack:
    Membership.objects.filter(agent=agent, queue=queue_id).delete()
    return departures.leave(agent=agent, queue_ids=[queue_id], now=SOON)
