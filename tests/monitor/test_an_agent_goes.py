"""An agent with forty tickets goes for good: nothing of what customers wait for goes with them."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Final

import pytest
from django.db import transaction

from helpdesk.access.people import departures
from helpdesk.conversation.answers import AfterReply
from helpdesk.conversation.replies import receive_customer_message, reply_in_public
from helpdesk.models import Agent, Ticket, TicketEvent
from helpdesk.tickets import assignment, ticket_status
from helpdesk.tickets.custody import claim_ends
from monitor.models import Clock
from monitor.promises.defaults import ensure_defaults
from monitor.queue import queue_order
from monitor.relay import recount
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

TICKETS: Final = 40
LATER = NOW + timedelta(minutes=10)
GONE = NOW + timedelta(minutes=20)


@pytest.fixture
def owner(make: Make) -> Agent:
    """Return an agent who has forty tickets: ten wait for words, ten for the customer, ten are over, ten were given."""
    ensure_defaults()
    owner, overseer = make.agent(), make.agent("overseer")
    with transaction.atomic():
        for number in range(TICKETS):
            ticket = make.ticket()
            if number % 4 == 3:
                assignment.assign(ticket=ticket, to=owner, by=overseer, now=NOW + timedelta(minutes=1))
                continue
            assignment.claim(ticket=ticket, by=owner, now=NOW + timedelta(minutes=1))
            if number % 4 == 1:
                reply_in_public(ticket=ticket, author=owner, body="When?", now=LATER, then=AfterReply.WAIT)
            if number % 4 == 2:
                ticket_status.resolve(ticket=ticket, by=owner, now=LATER)
    return owner


def test_all_that_lives_returns_and_whoever_waits_is_next_to_be_taken(make: Make, owner: Agent) -> None:
    waiting = set(Ticket.objects.live().filter(waiting_since__isnull=False).values_list("pk", flat=True))
    with transaction.atomic():
        assert departures.deactivate(agent=owner, now=GONE).tickets == 30

    held = Counter(Ticket.objects.values_list("assignee", "status"))
    assert held == {(None, "open"): 10, (None, "pending"): 10, (None, "new"): 10, (owner.pk, "resolved"): 10}
    assert set(queue_order.next_candidates(make.agent("colleague"), "live", limit=99)) == waiting
    asked_for = Clock.objects.filter(metric="acknowledgement", ended_at=None)
    assert asked_for.count() == 30
    assert claim_ends.end_due(now=GONE + timedelta(days=1), limit=100) == 0
    assert not recount.check([*Ticket.objects.values_list("pk", flat=True)], now=GONE)


def test_a_customer_who_writes_later_finds_somebody_who_can_take_it(make: Make, owner: Agent) -> None:
    with transaction.atomic():
        departures.deactivate(agent=owner, now=GONE)
    over = Ticket.objects.filter(assignee=owner).earliest("pk")

    with transaction.atomic():
        receive_customer_message(ticket=over, body="It broke again.", now=GONE + timedelta(days=1))

    over.refresh_from_db()
    assert (over.assignee, over.status) == (None, "open")
    assert over.pk in queue_order.next_candidates(make.agent("colleague"), "live", limit=99)
    assert TicketEvent.objects.filter(ticket=over).latest("seq").kind == "unassigned"
