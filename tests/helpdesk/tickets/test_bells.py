"""Bells ring after the commit, once, and can spoil nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.db import connection, transaction
from pytest_django import Settings

from helpdesk.models import Ticket
from helpdesk.tickets.assignment import claim
from helpdesk.tickets.event_relays import relayed_together
from helpdesk.tickets.opening.opening import open_tickets
from helpdesk.tickets.ticket_status import resolve
from tests.helpdesk.desk import history
from tests.make import NOW, Make

pytestmark = pytest.mark.django_db(transaction=True)

SOON = NOW + timedelta(minutes=5)
rung: list[list[int]] = []


def bell(ticket_ids: Sequence[int]) -> None:
    assert not connection.in_atomic_block
    assert Ticket.objects.filter(pk__in=ticket_ids).count() == len(ticket_ids)
    rung.append(list(ticket_ids))


def cracked_bell(ticket_ids: Sequence[int]) -> None:
    raise ZeroDivisionError


@pytest.fixture(autouse=True)
def hung(settings: Settings, make: Make, ticket: Ticket) -> None:
    """Hang the bell once there is a ticket."""
    rung.clear()
    settings.TICKET_BELLS = [f"{__name__}.{bell.__name__}"]


def test_a_bell_rings_once_for_a_transaction_after_it(make: Make, ticket: Ticket) -> None:
    with transaction.atomic():
        opened = open_tickets([make.shape() for _ in range(2)], store=make.store(), now=SOON)
        claim(ticket=ticket, by=make.agent(), now=SOON)
        resolve(ticket=ticket, by=make.agent(), now=SOON)
        assert rung == []

    assert rung == [sorted([ticket.pk, *(one.ticket.pk for one in opened if one.ticket)])]


def test_no_bell_rings_for_what_did_not_happen(make: Make, ticket: Ticket) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012  # it fails after the work
        claim(ticket=ticket, by=make.agent(), now=SOON)
        raise ZeroDivisionError
    with transaction.atomic():
        claim(ticket=ticket, by=make.agent(), now=SOON)
    with transaction.atomic():
        claim(ticket=ticket, by=make.agent(), now=SOON)

    assert rung == [[ticket.pk]]


def test_what_is_rolled_back_to_a_savepoint_rings_no_bell(make: Make, ticket: Ticket) -> None:
    other = make.ticket()
    rung.clear()
    with transaction.atomic():
        claim(ticket=ticket, by=make.agent(), now=SOON)
        with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012  # as above
            claim(ticket=other, by=make.agent(), now=SOON)
            raise ZeroDivisionError
        resolve(ticket=ticket, by=make.agent(), now=SOON)

    assert rung == [[ticket.pk]]


def test_what_is_relayed_together_rings_once(make: Make, ticket: Ticket) -> None:
    with transaction.atomic(), relayed_together(now=SOON):
        for verb in (claim, resolve):
            with transaction.atomic():
                verb(ticket=ticket, by=make.agent(), now=SOON)

    assert rung == [[ticket.pk]]


def test_a_bell_that_fails_is_logged_and_costs_nothing(
    make: Make, ticket: Ticket, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    broken = [f"{__name__}.{cracked_bell.__name__}", "nowhere.to.be.found"]
    settings.TICKET_BELLS = [*broken, *settings.TICKET_BELLS]
    with transaction.atomic():
        claim(ticket=ticket, by=make.agent(), now=SOON)

    assert rung == [[ticket.pk]]
    assert history(ticket)[-1] == "status_changed open"
    assert [record.getMessage() for record in caplog.records] == [
        f"bell {path} failed for 1 tickets" for path in broken
    ]
