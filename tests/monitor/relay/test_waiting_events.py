"""What waits for a relay and what was set aside are read from an index each, which holds nothing else."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from helpdesk.models import TicketEvent
from helpdesk.models.event import TicketEventQuerySet
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.mark.parametrize(
    ("events", "index"),
    [
        (TicketEvent.objects.waiting(), "ticket_event_waiting"),
        (TicketEvent.objects.set_aside(), "ticket_event_set_aside"),
    ],
)
def test_each_is_read_from_its_own_index(events: TicketEventQuerySet, index: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = events.order_by("ticket_id").values_list("ticket_id").explain()

    assert index in plan
    assert "Filter" not in plan


def test_an_event_set_aside_does_not_wait(make: Make) -> None:
    make.ticket()
    TicketEvent.objects.update(relayed_at=None, set_aside_at=NOW)

    assert not TicketEvent.objects.waiting().exists()
    assert TicketEvent.objects.set_aside().count() == 1
