"""What the relay has worked out is passed along with the ticket, and nothing that has passed is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NoReturn

import pytest
from django.db import transaction

from helpdesk.models import Ticket
from helpdesk.tickets import assignment, ticket_status
from helpdesk.tickets.event_relays import relayed_together
from monitor.relay import clock_state
from tests.make import NOW, Make
from tests.monitor import poison as poisoning

pytestmark = [pytest.mark.database, pytest.mark.django_db]

SOON = NOW + timedelta(minutes=5)


@pytest.fixture
def without_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody read events again in order to tell clocks."""

    def refuse(*args: object, **options: object) -> NoReturn:
        raise AssertionError("read again")

    monkeypatch.setattr(clock_state, "read_to_tell", refuse)


def states(ticket: Ticket, *, now: datetime) -> dict[str, str] | None:
    clocks = clock_state.tell([ticket], now=now).told[ticket.pk].clocks
    return None if clocks is None else {clock.metric.value: clock.state_at(now) for clock in clocks}


OPENED = {"acknowledgement": "running", "first_response": "running", "resolution": "running"}
CLAIMED = OPENED | {"acknowledgement": "met"}
RESOLVED = CLAIMED | {"first_response": "unanswered", "resolution": "met"}


@pytest.mark.usefixtures("without_reading")
def test_a_ticket_brings_along_what_the_relay_made_of_it(make: Make) -> None:
    assert states(make.ticket(), now=NOW) == OPENED


@pytest.mark.usefixtures("without_reading")
def test_of_two_changes_in_one_transaction_the_newest_is_told(make: Make) -> None:
    ticket = make.ticket()

    with transaction.atomic():
        assignment.claim(ticket=ticket, by=make.agent(), now=SOON)
        assert states(ticket, now=SOON) == CLAIMED
        ticket_status.resolve(ticket=ticket, by=make.agent(), now=SOON)
        assert states(ticket, now=SOON) == RESOLVED


def test_what_somebody_else_has_changed_since_is_read_again(make: Make) -> None:
    ticket = make.ticket()
    the_same = Ticket.objects.get(pk=ticket.pk)

    assignment.claim(ticket=ticket, by=make.agent(), now=SOON)
    ticket_status.resolve(ticket=the_same, by=make.agent(), now=SOON)
    ticket.refresh_from_db()

    assert states(ticket, now=SOON) == states(the_same, now=SOON) == RESOLVED


def test_beside_a_newer_copy_of_itself_the_older_is_not_told(make: Make) -> None:
    ticket = make.ticket(now=SOON)
    the_same = Ticket.objects.get(pk=ticket.pk)
    ticket_status.resolve(ticket=the_same, by=make.agent(), now=SOON)

    for both in ([ticket, the_same], [the_same, ticket]):
        clocks = clock_state.tell(both, now=SOON).told[ticket.pk].clocks or ()
        assert {clock.outcome for clock in clocks} == {"unanswered", "met"}


@pytest.mark.usefixtures("without_reading")
def test_at_another_instant_it_is_worked_out_anew(make: Make) -> None:
    ticket = make.ticket()

    with pytest.raises(AssertionError, match="read again"):
        states(ticket, now=SOON)


@pytest.mark.usefixtures("poison")
def test_what_a_failed_relay_left_behind_cannot_be_told(make: Make) -> None:
    ticket = make.ticket()
    poisoning.poison(ticket)

    assignment.claim(ticket=ticket, by=make.agent(), now=NOW)

    assert ticket.relayed == []
    assert states(ticket, now=NOW) is None


def test_while_relays_are_held_back_nothing_can_be_told(make: Make) -> None:
    ticket = make.ticket()

    with transaction.atomic():
        with relayed_together(now=NOW):
            assignment.claim(ticket=ticket, by=make.agent(), now=NOW)
            assert states(ticket, now=NOW) is None
        assert states(ticket, now=NOW) == CLAIMED
