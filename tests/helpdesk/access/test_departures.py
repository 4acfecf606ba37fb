"""Somebody leaves, a queue or for good: what they held is asked for again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.access.people import departures
from helpdesk.conversation.answers import AfterReply
from helpdesk.conversation.replies import receive_customer_message, reply_in_public
from helpdesk.models import Agent, Membership, Role, SecurityEvent, Status, Ticket
from helpdesk.tickets import assignment, ticket_status, undo
from tests.helpdesk.desk import history
from tests.make import NOW, Make

SOON = NOW + timedelta(minutes=5)
LATER = NOW + timedelta(hours=1)
SOON_AFTER = LATER + timedelta(minutes=1)

pytestmark = pytest.mark.django_db


def held(make: Make, agent: Agent, **where: object) -> Ticket:
    ticket = make.ticket(**where)  # type: ignore[arg-type]
    assignment.claim(ticket=ticket, by=agent, now=SOON)
    return ticket


def test_what_a_deactivated_agent_held_goes_back_and_is_asked_for_again(make: Make) -> None:
    owner = make.agent()
    one, two, over = (held(make, owner) for _ in range(3))
    theirs = make.ticket()
    assignment.claim(ticket=theirs, by=make.agent("colleague"), now=SOON)
    ticket_status.resolve(ticket=over, by=owner, now=SOON)

    assert departures.held_by(owner).count() == 2
    assert departures.deactivate(agent=owner, now=LATER).tickets == 2

    assert not Agent.objects.get(pk=owner.pk).is_active
    for ticket in (one, two):
        ticket.refresh_from_db()
        assert (ticket.assignee, ticket.unacknowledged_since) == (None, LATER)
        assert history(ticket)[-1] == "unassigned"
    assert Ticket.objects.get(pk=theirs.pk).assignee == make.agent("colleague")
    assert Ticket.objects.get(pk=over.pk).assignee == owner


def test_who_leaves_a_queue_hands_back_what_they_held_there(make: Make) -> None:
    owner, returns = make.agent(), make.queue("Returns")
    make.member(owner, queue=returns)
    here, there = held(make, owner), held(make, owner, queue=returns)
    Membership.objects.filter(agent=owner, queue=returns).delete()

    assert departures.leave(agent=owner, queue_ids=[returns.pk], now=LATER).tickets == 1

    assert Ticket.objects.get(pk=there.pk).assignee is None
    assert Ticket.objects.get(pk=here.pk).assignee == owner


def test_an_admin_works_in_a_queue_without_a_place_in_it(make: Make) -> None:
    admin = make.agent("admin")
    ticket = held(make, admin)

    assert departures.leave(agent=admin, queue_ids=[ticket.queue_id], now=LATER) == (0, 0)


@pytest.mark.parametrize("leaves", ["the house", "the queue"])
def test_what_comes_back_later_does_not_come_back_to_who_has_left(make: Make, leaves: str) -> None:
    owner = make.agent()
    ticket, other = held(make, owner), held(make, owner)
    for each in (ticket, other):
        reply_in_public(ticket=each, author=owner, body="Here.", now=SOON)
        ticket_status.resolve(ticket=each, by=owner, now=SOON)
    if leaves == "the house":
        departures.deactivate(agent=owner, now=LATER)
    else:
        owner.memberships.all().delete()

    receive_customer_message(ticket=ticket, body="No!", now=LATER)
    ticket_status.reopen(ticket=other, by=make.agent("colleague"), now=LATER)

    for each in (ticket, other):
        each.refresh_from_db()
        assert (each.assignee, each.unacknowledged_since) == (None, LATER)


def test_whoever_answers_what_somebody_had_who_has_left_has_it(make: Make) -> None:
    owner, colleague = make.agent(), make.agent("colleague")
    ticket = held(make, owner)
    ticket_status.resolve(ticket=ticket, by=owner, now=SOON)
    departures.deactivate(agent=owner, now=LATER)

    reply_in_public(ticket=ticket, author=colleague, body="One more.", then=AfterReply.WAIT, now=LATER)

    assert (ticket.status, ticket.assignee) == (Status.PENDING, colleague)


# In the administration.


def form_of(agent: Agent, *, active: bool = True, remove: bool = False) -> dict[str, object]:
    place = agent.memberships.get()
    return {
        "email": agent.email, "name": agent.name, "locale": "en", "timezone": "UTC", "theme": "auto",
        **({"is_active": "on"} if active else {}),
        "memberships-TOTAL_FORMS": 1, "memberships-INITIAL_FORMS": 1,
        "memberships-0-id": place.pk, "memberships-0-agent": agent.pk, "memberships-0-queue": place.queue_id,
        "memberships-0-role": Role.MEMBER, **({"memberships-0-DELETE": "on"} if remove else {}),
    }  # fmt: skip


@pytest.mark.parametrize("how", [{"active": False}, {"remove": True}])
def test_the_page_says_how_many_and_what_becomes_of_them(
    make: Make, boss: Client, how: dict[str, bool]
) -> None:
    owner = make.agent()
    tickets = [held(make, owner) for _ in range(3)]
    address = reverse("admin:helpdesk_agent_change", args=[owner.pk])

    assert "3 live tickets. They go back to their queues" in boss.get(address).content.decode()
    done = boss.post(address, form_of(owner, **how), follow=True).content.decode()

    assert "3 tickets went back to their queues, where they are to be acknowledged anew." in done
    assert {Ticket.objects.get(pk=ticket.pk).assignee for ticket in tickets} == {None}


def test_a_place_taken_away_on_the_queues_page_counts_too(make: Make, boss: Client) -> None:
    owner, queue = make.agent(), make.queue()
    ticket, place = held(make, owner), owner.memberships.get()
    form = {
        "name": queue.name, "memberships-TOTAL_FORMS": 1, "memberships-INITIAL_FORMS": 1,
        "memberships-0-id": place.pk, "memberships-0-queue": queue.pk, "memberships-0-agent": owner.pk,
        "memberships-0-role": Role.MEMBER, "memberships-0-DELETE": "on",
    }  # fmt: skip

    done = boss.post(reverse("admin:helpdesk_queue_change", args=[queue.pk]), form, follow=True)

    assert "1 ticket went back to its queue" in done.content.decode()
    assert Ticket.objects.get(pk=ticket.pk).assignee is None


def test_several_are_deactivated_at_once(make: Make, boss: Client) -> None:
    agents = [make.agent(), make.agent("colleague")]
    for agent in agents:
        held(make, agent)
    action = {"action": "deactivate", "_selected_action": [agent.pk for agent in agents]}

    boss.post(reverse("admin:helpdesk_agent_changelist"), action)

    assert not Ticket.objects.exclude(assignee=None).exists()
    assert not Agent.objects.filter(pk__in=[agent.pk for agent in agents], is_active=True).exists()
    assert SecurityEvent.objects.filter(kind="rights_changed").count() == 2


def test_what_comes_back_after_its_holder_left_is_nobodys(make: Make) -> None:
    owner, colleague = make.agent(), make.agent("colleague")
    spam, slip, given = (held(make, owner) for _ in range(3))
    ticket_status.mark_spam(ticket=spam, by=colleague, now=LATER)
    ticket_status.resolve(ticket=slip, by=colleague, now=LATER)
    assignment.assign(ticket=given, to=colleague, by=colleague, now=LATER)
    departures.deactivate(agent=owner, now=LATER)

    ticket_status.restore(ticket=spam, by=colleague, now=SOON_AFTER)
    ticket_status.reopen(ticket=slip, by=colleague, now=SOON_AFTER)
    undo.undo(ticket=given, by=colleague, now=SOON_AFTER)

    for ticket in (spam, slip, given):
        ticket.refresh_from_db()
        assert (ticket.assignee, ticket.unacknowledged_since) == (None, SOON_AFTER), ticket.status
        assert history(ticket)[-1] == "unassigned"


def test_an_admin_who_is_none_any_more_keeps_what_is_in_their_own_queues_alone(
    make: Make, boss: Client
) -> None:
    owner = make.agent(is_admin=True)
    here, elsewhere = held(make, owner), held(make, owner, queue=make.queue("Elsewhere"))

    done = boss.post(reverse("admin:helpdesk_agent_change", args=[owner.pk]), form_of(owner), follow=True)

    assert "1 ticket went back to its queue" in done.content.decode()
    assert Ticket.objects.get(pk=here.pk).assignee == owner
    assert Ticket.objects.get(pk=elsewhere.pk).assignee is None
