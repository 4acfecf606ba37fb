"""The newest tickets of several queues and stores come as one list, whatever finds them."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from django.db.models import Q

from helpdesk.database.instant import database_now
from helpdesk.models import LIVE_STATUSES, Queue, Store, Ticket
from helpdesk.pages.lists.newest_first import EVERY, NewestFirst, Walk
from helpdesk.search.list_narrowing import Place
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

RULES = [
    (Q(), EVERY),
    (Q(status__in=LIVE_STATUSES), Walk("status", LIVE_STATUSES)),
    (Q(status="new"), None),
    (Q(priority="urgent"), None),
    (Q(assignee=None), None),
    (Q(status="spam"), None),
]


@pytest.fixture
def tickets(make: Make) -> list[Ticket]:
    """Make tickets of which several were asked at the same instant, in other queues and stores."""
    began = database_now() - timedelta(days=1)
    stores = [make.store(f"Shop {number}") for number in range(2)]
    queues = [make.queue(f"Team {number}") for number in range(2)]
    kinds = product(range(3), stores, queues, ("normal", "urgent"))
    return [
        make.ticket(store=store, queue=queue, priority=priority, now=began + timedelta(minutes=minute))
        for minute, store, queue, priority in kinds
    ]


@pytest.mark.parametrize(("rule", "walk"), RULES)
def test_page_after_page_gives_each_ticket_once_in_the_order_of_asking(
    tickets: list[Ticket], rule: Q, walk: Walk | None
) -> None:
    newest = NewestFirst(queues=Queue.objects.all(), stores=Store.objects.all(), rule=rule, walk=walk)

    found: list[int] = []
    after: Place | None = None
    while page := newest.page(5, after=after):
        found += [ticket_id for _at, ticket_id in page]
        after = page[-1]

    ordered = Ticket.objects.filter(rule).order_by("-occurred_at", "-id")
    assert found == list(ordered.values_list("pk", flat=True))
    assert newest.count(1000) == len(found)
    assert newest.count(3) == min(3, len(found))


def test_only_these_queues_and_stores_are_looked_in(tickets: list[Ticket]) -> None:
    one = tickets[0]
    newest = NewestFirst(
        queues=Queue.objects.filter(pk=one.queue_id), stores=Store.objects.filter(pk=one.store_id), rule=Q()
    )

    found = {ticket_id for _at, ticket_id in newest.page(100)}

    assert found == {
        ticket.pk for ticket in tickets if (ticket.queue_id, ticket.store_id) == (one.queue_id, one.store_id)
    }
