"""What holds tickets is not deleted, and the refusal counts them: it costs no more than counting."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Queue, Store
from helpdesk.tickets import ticket_attributes
from tests.make import Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def boss(make: Make, client: Client) -> Client:
    client.force_login(make.agent("admin"))
    return client


def address(kind: str, number: int) -> str:
    return reverse(f"admin:helpdesk_{kind}_delete", args=[number])


def fill(make: Make, number: int) -> None:
    """Copy one ticket so many times, past every door."""
    make.ticket()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE more AS SELECT ticket.* FROM helpdesk_ticket ticket, generate_series(2, %s)",
            [number],
        )
        cursor.execute("UPDATE more SET id = nextval('helpdesk_ticket_id_seq'), external_id = NULL")
        cursor.execute("UPDATE more SET reference = 'T-' || right(id::text, 9)")
        cursor.execute("INSERT INTO helpdesk_ticket SELECT * FROM more")


@pytest.mark.parametrize("way", ["get", "post"])
def test_a_queue_with_tickets_stays_and_says_how_many(make: Make, boss: Client, way: str) -> None:
    fill(make, 1234)
    queue = make.queue()
    with CaptureQueriesContext(connection) as queries:
        answer = getattr(boss, way)(address("queue", queue.pk), {"post": "yes"})
    page = boss.get(answer["Location"]).content.decode()

    assert "1,234 tickets are in it" in page
    assert "1 store is in it" in page
    assert Queue.objects.filter(pk=queue.pk).exists()
    assert not [
        each for each in queries if 'FROM "helpdesk_ticket"' in each["sql"] and "COUNT" not in each["sql"]
    ]


def test_so_does_a_store(make: Make, boss: Client) -> None:
    make.ticket()
    answer = boss.post(address("store", make.store().pk), {"post": "yes"})

    assert "1 ticket is in it" in boss.get(answer["Location"]).content.decode()
    assert Store.objects.exists()


def test_several_at_once_are_counted_too(make: Make, boss: Client) -> None:
    fill(make, 1234)
    chosen = {"action": "delete_selected", "_selected_action": [make.queue().pk]}
    page = boss.post(reverse("admin:helpdesk_queue_changelist"), chosen).content.decode()

    assert "1,234 tickets are in it" in page


def test_an_empty_queue_is_deleted(make: Make, boss: Client) -> None:
    queue = make.queue("Empty")
    assert boss.get(address("queue", queue.pk)).status_code == 200
    boss.post(address("queue", queue.pk), {"post": "yes"})

    assert not Queue.objects.filter(pk=queue.pk).exists()


def test_a_queue_that_history_knows_is_not_deleted_here_either(make: Make, boss: Client) -> None:
    queue = make.queue("Returns")
    now = database_now()
    with transaction.atomic():
        ticket = make.ticket(queue=queue, now=now)
        ticket_attributes.change_queue(ticket=ticket, queue=make.queue(), by=None, now=now)

    answer = boss.post(address("queue", queue.pk), {"post": "yes"})

    assert "tickets have been in it" in boss.get(answer["Location"]).content.decode()
    assert Queue.objects.filter(pk=queue.pk).exists()
