"""What one look has worked out is taken by the next where it must be the same, and only there."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from helpdesk.conversation import replies
from helpdesk.models import Agent, Ticket, TicketEvent
from monitor.past import earlier_looks
from monitor.past.past_desk import as_of
from monitor.past.then_lines import ThenLines
from monitor.past.tickets_then import tickets_then
from monitor.promises.defaults import ensure_defaults
from monitor.relay import book
from tests.make import NOW, Make

HOUR = timedelta(hours=1)


@pytest.fixture
def ticket(make: Make, owner: Agent) -> Ticket:
    """A ticket that was asked, and answered after two hours and after four; all was counted at once."""
    ensure_defaults()
    ticket = make.ticket(subject="Where is my parcel?")
    for hours in (2, 4):
        with transaction.atomic():
            replies.reply_in_public(ticket=ticket, author=owner, body="Here.", now=NOW + hours * HOUR)
    for event in TicketEvent.objects.filter(ticket=ticket):
        TicketEvent.objects.filter(pk=event.pk).update(relayed_at=event.recorded_at)
    return ticket


def look(at: datetime) -> list[ThenLines]:
    with as_of(at):
        return tickets_then(at, book.current())


@pytest.mark.usefixtures("ticket")
def test_a_look_at_what_was_known_alike_takes_what_the_last_one_worked_out() -> None:
    [first], [next_step] = look(NOW + HOUR), look(NOW + HOUR + timedelta(minutes=15))
    assert next_step is first


@pytest.mark.usefixtures("ticket")
def test_a_look_at_which_more_was_known_works_that_out() -> None:
    [first], [answered], [again] = look(NOW + HOUR), look(NOW + 3 * HOUR), look(NOW + HOUR)
    assert answered != first
    assert again == first


def test_what_was_not_counted_by_then_is_not_taken_for_what_was(ticket: Ticket) -> None:
    TicketEvent.objects.filter(ticket=ticket, seq=1).update(relayed_at=NOW + 90 * timedelta(minutes=1))
    [counted], [before] = look(NOW + 100 * timedelta(minutes=1)), look(NOW + HOUR)
    assert counted.clocks
    assert not before.clocks
    [again] = look(NOW + 100 * timedelta(minutes=1))
    assert again.clocks == counted.clocks


@pytest.mark.usefixtures("ticket")
def test_only_so_many_tickets_are_kept(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(earlier_looks, "KEPT", 1)
    monkeypatch.setattr(earlier_looks, "_looks", {})
    for _ in range(2):
        make.ticket(subject="Another", now=NOW)
    TicketEvent.objects.update(relayed_at=NOW)
    look(NOW + HOUR)
    assert len(earlier_looks._looks) == 1
