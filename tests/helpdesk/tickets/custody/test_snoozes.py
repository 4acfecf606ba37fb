"""A ticket is put off: out of its agent's sight until a time, or until its customer writes, and of nobody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.conversation.replies import receive_customer_message
from helpdesk.models import Snooze, Ticket
from helpdesk.tickets import assignment, ticket_status
from helpdesk.tickets.assignment import AlreadyTaken
from helpdesk.tickets.custody import claim_ends, snoozes
from helpdesk.tickets.custody.snoozes import BadSnooze
from helpdesk.tickets.ended_ticket import TicketEnded
from helpdesk.tickets.undo import undo
from tests.helpdesk.desk import history
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

MINUTE = timedelta(minutes=1)
SOON = NOW + MINUTE
UNTIL = NOW + timedelta(hours=3)


def put_off(make: Make, ticket: Ticket, *, until: object = UNTIL, who: str = "owner") -> bool:
    return snoozes.snooze(ticket=ticket, until=until, by=make.agent(who), now=SOON)  # type: ignore[arg-type]


def test_what_nobody_has_is_taken_by_putting_it_off_and_then_kept(make: Make, ticket: Ticket) -> None:
    assert put_off(make, ticket)
    assert not put_off(make, ticket)

    assert history(ticket) == ["opened", "assigned", "status_changed open", "snoozed"]
    ticket.refresh_from_db()
    assert ticket.assignee == make.agent()
    assert Snooze.objects.asleep(UNTIL - MINUTE).exists()
    assert not Snooze.objects.asleep(UNTIL).exists()
    assert ticket.last_event_at == SOON


def test_it_touches_no_wait(make: Make, ticket: Ticket) -> None:
    assignment.claim(ticket=ticket, by=make.agent(), now=NOW)
    waits = (ticket.waiting_since, ticket.unacknowledged_since)

    put_off(make, ticket)

    assert (ticket.waiting_since, ticket.unacknowledged_since) == waits


def test_a_claim_that_is_put_off_lasts(make: Make, ticket: Ticket) -> None:
    assignment.claim(ticket=ticket, by=make.agent(), now=NOW)
    put_off(make, ticket)

    assert claim_ends.end_due(now=NOW + timedelta(days=1), limit=10) == 0


@pytest.mark.parametrize("until", [UNTIL, None], ids=["until a time", "until an answer"])
def test_the_customer_always_wakes_it(make: Make, ticket: Ticket, until: object) -> None:
    put_off(make, ticket, until=until)
    receive_customer_message(ticket=ticket, body="Away.", now=SOON + MINUTE, automatic=True)
    assert Snooze.objects.get().is_asleep(SOON + MINUTE)

    receive_customer_message(ticket=ticket, body="Well?", now=SOON + 2 * MINUTE)

    assert Snooze.objects.get().back_at == SOON + 2 * MINUTE
    ticket.refresh_from_db()
    assert snoozes.is_just_back(Snooze.objects.get(), ticket, now=SOON + 2 * MINUTE)


def test_it_is_marked_as_back_until_something_happens_on_it(make: Make, ticket: Ticket) -> None:
    put_off(make, ticket)
    ticket.refresh_from_db()
    assert not snoozes.is_just_back(ticket.snooze, ticket, now=UNTIL - MINUTE)
    assert snoozes.is_just_back(ticket.snooze, ticket, now=UNTIL)

    ticket_status.set_status(ticket=ticket, status="pending", by=make.agent(), now=UNTIL + MINUTE)
    assert not snoozes.is_just_back(ticket.snooze, ticket, now=UNTIL + MINUTE)


def test_it_is_had_back_before_its_time(make: Make, ticket: Ticket) -> None:
    put_off(make, ticket)

    assert snoozes.end_snooze(ticket=ticket, by=make.agent(), now=SOON + MINUTE)
    assert not snoozes.end_snooze(ticket=ticket, by=make.agent(), now=SOON + MINUTE)
    assert history(ticket)[-1] == "snooze_ended"


def test_it_is_undone(make: Make, ticket: Ticket) -> None:
    assignment.claim(ticket=ticket, by=make.agent(), now=NOW)
    put_off(make, ticket)

    assert undo(ticket=ticket, by=make.agent(), now=SOON + MINUTE)
    assert not Snooze.objects.exists()


def test_whoever_has_it_next_has_not_put_it_off(make: Make, ticket: Ticket) -> None:
    put_off(make, ticket)
    colleague = make.agent("colleague")
    assignment.assign(ticket=ticket, to=colleague, by=make.agent("overseer"), now=SOON + MINUTE)
    ticket.refresh_from_db()

    assert snoozes.snooze_of(ticket, agent=colleague) is None
    assert put_off(make, ticket, who="colleague")


def test_what_another_has_or_what_has_ended_is_not_put_off(make: Make, ticket: Ticket) -> None:
    assignment.claim(ticket=ticket, by=make.agent("colleague"), now=NOW)
    with pytest.raises(AlreadyTaken):
        put_off(make, ticket)

    ticket_status.resolve(ticket=ticket, by=make.agent("colleague"), now=NOW)
    with pytest.raises(TicketEnded):
        put_off(make, ticket)


@pytest.mark.parametrize("until", [NOW, SOON, SOON + timedelta(days=400)])
def test_it_is_put_off_until_later_and_within_a_year(make: Make, ticket: Ticket, until: object) -> None:
    with pytest.raises(BadSnooze):
        put_off(make, ticket, until=until)
