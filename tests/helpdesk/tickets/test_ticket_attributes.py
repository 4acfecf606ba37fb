"""Priority, queue, tags and tier."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.models import Ticket, TicketEvent
from helpdesk.tickets import ticket_status
from helpdesk.tickets.assignment import claim
from helpdesk.tickets.ended_ticket import TicketEnded
from helpdesk.tickets.ticket_attributes import (
    BadTags,
    TierTooLong,
    UnknownPriority,
    change_priority,
    change_queue,
    change_tags,
    change_tier,
)
from tests.helpdesk.desk import history
from tests.make import NOW, Make

SOON = NOW + timedelta(minutes=5)


def test_a_ticket_gets_more_urgent(make: Make, ticket: Ticket) -> None:
    assert change_priority(ticket=ticket, priority="urgent", by=make.agent(), now=SOON)
    assert not change_priority(ticket=ticket, priority="urgent", by=make.agent(), now=SOON)

    assert history(ticket) == ["opened", "priority_changed urgent"]
    assert Ticket.objects.get().priority == "urgent"


def test_there_are_four_priorities(make: Make, ticket: Ticket) -> None:
    with pytest.raises(UnknownPriority):
        change_priority(ticket=ticket, priority="asap", by=make.agent(), now=SOON)


def test_a_ticket_is_handed_over(make: Make, ticket: Ticket) -> None:
    returns = make.queue("Returns")
    assert change_queue(ticket=ticket, queue=returns, by=make.agent(), now=SOON)
    assert not change_queue(ticket=ticket, queue=returns, by=None, now=SOON)

    assert history(ticket) == ["opened", "queue_changed"]
    assert TicketEvent.objects.get(seq=2).payload == {"queue": returns.pk}


def test_who_does_not_work_there_lets_go_of_it(make: Make, ticket: Ticket) -> None:
    claim(ticket=ticket, by=make.agent(), now=SOON)
    change_queue(ticket=ticket, queue=make.queue("Returns"), by=make.agent(), now=SOON)

    assert history(ticket)[3:] == ["unassigned", "queue_changed"]
    assert Ticket.objects.get().assignee is None


def test_who_works_there_too_keeps_it(make: Make, ticket: Ticket) -> None:
    claim(ticket=ticket, by=make.agent(), now=SOON)
    make.member(make.agent(), queue=make.queue("Returns"))
    change_queue(ticket=ticket, queue=make.queue("Returns"), by=make.agent(), now=SOON)

    assert Ticket.objects.get().assignee == make.agent()


def test_tags_are_a_set(make: Make, ticket: Ticket) -> None:
    assert change_tags(ticket=ticket, tags=["b", "a", "b"], by=make.agent(), now=SOON)
    assert not change_tags(ticket=ticket, tags=["a", "b"], by=make.agent(), now=SOON)

    assert Ticket.objects.get().tags == ["b", "a"]
    assert TicketEvent.objects.get(seq=2).payload == {"tags": ["b", "a"]}


@pytest.mark.parametrize("tags", [[""], ["x" * 101], [str(n) for n in range(51)]])
def test_tags_have_limits(make: Make, ticket: Ticket, tags: list[str]) -> None:
    with pytest.raises(BadTags):
        change_tags(ticket=ticket, tags=tags, by=make.agent(), now=SOON)


def test_tags_and_tiers_are_kept_as_one_visible_line(make: Make, ticket: Ticket) -> None:
    change_tags(ticket=ticket, tags=["late\nparcel", "late parcel"], by=make.agent(), now=SOON)
    change_tier(ticket=ticket, tier=" gold\t", by=make.agent(), now=SOON)

    assert (ticket.tags, ticket.tier) == (["late parcel"], "gold")
    with pytest.raises(BadTags):
        change_tags(ticket=ticket, tags=["\u200b"], by=make.agent(), now=SOON)


def test_a_tier_is_the_tickets_own(make: Make, ticket: Ticket) -> None:
    assert change_tier(ticket=ticket, tier="vip", by=make.agent(), now=SOON)
    assert not change_tier(ticket=ticket, tier="vip", by=make.agent(), now=SOON)

    assert history(ticket) == ["opened", "tier_changed vip"]
    assert Ticket.objects.get().customer.tier == ""
    with pytest.raises(TierTooLong):
        change_tier(ticket=ticket, tier="x" * 51, by=make.agent(), now=SOON)


def test_what_has_ended_is_sorted_no_more(make: Make, ticket: Ticket) -> None:
    ticket_status.resolve(ticket=ticket, by=make.agent(), now=SOON)

    with pytest.raises(TicketEnded):
        change_priority(ticket=ticket, priority="low", by=make.agent(), now=SOON)
