"""What fails in passing counts for no event, nor does a fault of the book; and each failure has a longer rest."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from helpdesk.models import Ticket, TicketEvent
from helpdesk.tickets import assignment
from monitor.clock.book.policy import Book, PolicyInForce
from monitor.models import Clock
from monitor.relay import book, relay
from monitor.watch import sweep
from tests.make import NOW, Make
from tests.monitor import poison as poisoning

pytestmark = [pytest.mark.database, pytest.mark.django_db]

SECOND = timedelta(seconds=1)


@pytest.fixture
def waiting(make: Make, settings: Any) -> Ticket:
    """A ticket whose acknowledgement no relay was there for."""
    ticket, relays = make.ticket(), settings.TICKET_EVENT_RELAYS
    settings.TICKET_EVENT_RELAYS = []
    with transaction.atomic():
        assignment.acknowledge(ticket=ticket, by=make.agent(), now=NOW)
    settings.TICKET_EVENT_RELAYS = relays
    return ticket


def tries(monkeypatch: pytest.MonkeyPatch, failure: Exception) -> list[datetime]:
    """Let every relay fail so, and return when there were any within ten minutes of heartbeats."""
    tried: list[datetime] = []

    def fail(ticket_ids: Sequence[int], *, now: datetime) -> None:
        tried.append(now)
        raise failure

    with monkeypatch.context() as patch:
        patch.setattr(relay, "apply", fail)
        for seconds in range(600):
            sweep.heartbeat(now=NOW + seconds * SECOND, limit=10)
    return tried


@pytest.mark.parametrize(
    "passing",
    [
        OperationalError("canceling statement due to lock timeout"),
        OperationalError("deadlock detected"),
        OperationalError("server closed the connection unexpectedly"),
        InterfaceError("connection already closed"),
    ],
)
def test_what_passes_counts_for_no_event(
    waiting: Ticket, monkeypatch: pytest.MonkeyPatch, passing: Exception
) -> None:
    tried = tries(monkeypatch, passing)

    event = TicketEvent.objects.waiting().get()
    assert (event.failures, event.set_aside_at) == (0, None)
    assert len(tried) < 12
    assert sweep.heartbeat(now=NOW + timedelta(hours=1), limit=10).relayed == 1
    assert Clock.objects.get(ticket=waiting, metric="acknowledgement").ended_at == NOW


def test_each_failure_lets_the_next_wait_for_as_long_again(
    waiting: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = tries(monkeypatch, DatabaseError("no such thing"))

    assert [(at - NOW).seconds for at in tried[:5]] == [0, 1, 2, 4, 8]
    event = TicketEvent.objects.set_aside().get()
    assert (event.failures, event.set_aside_at) == (5, NOW + 8 * SECOND)


def test_no_rest_is_longer_than_five_minutes(waiting: Ticket, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = tries(monkeypatch, OperationalError("a lock"))

    gaps = [later - earlier for earlier, later in itertools.pairwise(tried)]
    assert max(gaps) <= timedelta(minutes=5)
    assert gaps == sorted(gaps)


def test_a_ticket_that_rests_keeps_no_other_waiting(make: Make, poison: None) -> None:
    bad, good = make.ticket(), make.ticket()
    for ticket in (bad, good):
        poisoning.poison(ticket)
        with transaction.atomic():
            assignment.acknowledge(ticket=ticket, by=make.agent(), now=NOW)
    sweep.heartbeat(now=NOW, limit=10)
    poisoning.cure(good)
    TicketEvent.objects.filter(ticket=good).update(retry_at=None)

    assert sweep.heartbeat(now=NOW, limit=1).relayed == 1


def test_a_rest_from_a_time_that_is_still_to_come_is_none(waiting: Ticket) -> None:
    TicketEvent.objects.waiting().update(retry_at=NOW + timedelta(hours=9))

    assert sweep.heartbeat(now=NOW, limit=10).relayed == 1


class BookAtFault(Book):
    """Promises that can be read and not be counted by."""

    def match(self, *_: object, **__: object) -> PolicyInForce | None:
        raise OverflowError("date value out of range")


def test_a_fault_of_the_book_is_no_events(
    make: Make, waiting: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the promises bring about, tickets whose events can be read wait until it is mended."""
    others = [make.ticket() for _ in range(3)]
    TicketEvent.objects.filter(ticket__in=others).update(relayed_at=None)
    with monkeypatch.context() as patch:
        patch.setattr(book, "stamped", lambda _stamp: BookAtFault([], []))
        for seconds in range(600):
            sweep.heartbeat(now=NOW + seconds * SECOND, limit=10)
        assert not TicketEvent.objects.set_aside().exists()
        assert {event.failures for event in TicketEvent.objects.waiting()} == {0}

    assert sweep.heartbeat(now=NOW + timedelta(hours=1), limit=10).relayed == 4


def test_so_is_a_book_that_cannot_be_read(waiting: Ticket, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(*_: object) -> None:
        raise ValueError("no such rule")

    with monkeypatch.context() as patch:
        patch.setattr(book, "stamped", unreadable)
        for seconds in range(60):
            sweep.heartbeat(now=NOW + seconds * SECOND, limit=10)
    assert TicketEvent.objects.waiting().get().failures == 0

    assert sweep.heartbeat(now=NOW + timedelta(hours=1), limit=10).relayed == 1


@pytest.mark.django_db(transaction=True)
def test_a_row_that_somebody_holds_condemns_no_event(waiting: Ticket, second: psycopg.Connection) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    with second.transaction():
        second.execute("SELECT FROM monitor_clock WHERE ticket_id = %s FOR UPDATE", [waiting.pk])
        for minutes in range(0, 60, 10):
            sweep.heartbeat(now=NOW + timedelta(minutes=minutes), limit=10)
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout")

    assert TicketEvent.objects.waiting().get().failures == 0
    assert sweep.heartbeat(now=NOW + timedelta(hours=2), limit=10).relayed == 1
