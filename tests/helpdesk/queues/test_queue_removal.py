"""A queue in which no ticket is may still be one that had some: the moves between queues know it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from helpdesk.database.instant import database_now
from helpdesk.models import Queue
from helpdesk.queues import queue_removal
from helpdesk.tickets import ticket_attributes
from tests.make import Make

pytestmark = pytest.mark.django_db


def moved(make: Make, *way: Queue) -> None:
    """Let a ticket be opened in the first queue and moved through the others."""
    first, *others = way
    now = database_now()
    with transaction.atomic():
        ticket = make.ticket(queue=first, now=now)
        for place, queue in enumerate(others, start=1):
            later = now + timedelta(seconds=place)
            ticket_attributes.change_queue(ticket=ticket, queue=queue, by=None, now=later)


def test_history_knows_where_a_ticket_was_opened_and_where_it_passed_through(make: Make) -> None:
    opened, passed, empty = make.queue("Opened"), make.queue("Passed"), make.queue("Empty")
    moved(make, opened, passed, make.queue())

    known = [queue_removal.is_known_to_history(queue) for queue in (opened, passed, empty)]

    assert known == [True, True, False]


def test_it_is_asked_of_an_index_of_moves(make: Make) -> None:
    empty = make.queue("Empty")
    with CaptureQueriesContext(connection) as queries:
        queue_removal.is_known_to_history(empty)

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + queries[0]["sql"])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "ticket_event_moves" in plan, plan
    assert "Seq Scan on helpdesk_ticketevent" not in plan, plan


def test_a_queue_to_which_a_mailbox_brings_its_mail_stays(make: Make) -> None:
    queue = make.queue("Returns")
    make.mailbox(queue=queue)

    with pytest.raises(queue_removal.QueueInUse), transaction.atomic():
        queue_removal.remove_empty(queue, now=database_now())
