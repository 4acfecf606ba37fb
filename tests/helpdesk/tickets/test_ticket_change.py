"""Whoever listens is told, and can spoil nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from django.db import connection
from pytest_django import Settings

from helpdesk.database.transaction import NoTransaction
from helpdesk.models import Agent, EventKind, Ticket, TicketEvent
from helpdesk.tickets import merging, ticket_status
from helpdesk.tickets.assignment import claim
from helpdesk.tickets.opening.opening import open_tickets
from helpdesk.tickets.ticket_change import changing
from tests.helpdesk.desk import history
from tests.make import NOW, Make

SOON = NOW + timedelta(minutes=5)
heard: list[tuple[list[int], datetime]] = []


def listen(ticket_ids: Sequence[int], *, now: datetime) -> None:
    assert TicketEvent.objects.waiting().filter(ticket__in=ticket_ids).exists()
    heard.append((list(ticket_ids), now))


def fail(ticket_ids: Sequence[int], *, now: datetime) -> None:
    Agent.objects.create(email="half-done@example.com", name="Half")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")


def answer(ticket_ids: Sequence[int], *, now: datetime) -> dict[int, str]:
    return {ticket_ids[0]: f"{ticket_ids[0]} at {now}"}


@pytest.fixture(autouse=True)
def listening(settings: Settings, nobody_listens: None) -> None:
    heard.clear()
    settings.TICKET_EVENT_RELAYS = [f"{__name__}.{listen.__name__}"]


def test_a_batch_is_told_in_one_call(make: Make) -> None:
    opened = open_tickets([make.shape() for _ in range(3)], store=make.store(), now=NOW)

    assert heard == [(sorted(one.ticket.pk for one in opened if one.ticket), NOW)]


def test_what_a_relay_makes_of_a_ticket_goes_with_it(make: Make, settings: Settings) -> None:
    settings.TICKET_EVENT_RELAYS += [f"{__name__}.{fail.__name__}", f"{__name__}.{answer.__name__}"]

    one, other = open_tickets([make.shape(), make.shape()], store=make.store(), now=NOW)
    assert one.ticket
    assert other.ticket
    assert (one.ticket.relayed, other.ticket.relayed) == ([f"{one.ticket.pk} at {NOW}"], [])

    claim(ticket=one.ticket, by=make.agent(), now=SOON)
    assert one.ticket.relayed == [f"{one.ticket.pk} at {SOON}"]


def test_a_merge_is_told_in_one_call(make: Make) -> None:
    one, other = make.ticket(), make.ticket()
    heard.clear()
    merging.merge(ticket=other, into=one, by=make.agent(), now=SOON)

    assert heard == [([one.pk, other.pk], SOON)]


def test_nothing_is_told_where_nothing_happened(make: Make, ticket: Ticket) -> None:
    ticket_status.set_status(ticket=ticket, status="open", by=make.agent(), now=SOON)
    heard.clear()
    ticket_status.set_status(ticket=ticket, status="open", by=make.agent(), now=SOON)

    assert heard == []


def test_work_is_accepted_though_a_relay_fails(
    make: Make, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.TICKET_EVENT_RELAYS.insert(0, f"{__name__}.{fail.__name__}")

    ticket = make.ticket()
    assert claim(ticket=ticket, by=make.agent(), now=SOON)

    assert history(ticket) == ["opened", "assigned", "status_changed open"]
    assert TicketEvent.objects.waiting().count() == 3
    assert not Agent.objects.filter(email="half-done@example.com").exists()
    assert [ids for ids, _ in heard] == [[ticket.pk], [ticket.pk]]


def test_a_relay_that_is_not_there_fails_too(make: Make, settings: Settings) -> None:
    settings.TICKET_EVENT_RELAYS = ["nowhere.to.be.found"]

    assert make.ticket().pk


def test_what_fails_half_way_writes_nothing(make: Make, ticket: Ticket) -> None:
    def stumble() -> None:
        with changing(ticket, now=SOON, by=make.agent()) as change:
            change.record(EventKind.ACKNOWLEDGED)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stumble()
    assert history(ticket) == ["opened"]


@pytest.mark.django_db(transaction=True)
def test_a_verb_needs_a_transaction(make: Make, ticket: Ticket) -> None:
    with pytest.raises(NoTransaction):
        claim(ticket=ticket, by=make.agent(), now=SOON)
