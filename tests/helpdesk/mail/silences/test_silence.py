"""Who waits for a customer in vain reminds them once, and then lets the ticket go: never over anybody who waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction

from helpdesk.conversation.answers import AfterReply
from helpdesk.conversation.replies import add_note, receive_customer_message, reply_in_public
from helpdesk.mail.silences import silence_turn
from helpdesk.mail.silences.silent_tickets import resolved_by_silence
from helpdesk.models import (
    Author,
    Draft,
    DraftKind,
    Mailbox,
    MailedReply,
    Message,
    Queue,
    Ticket,
    TicketEvent,
)
from helpdesk.tickets import ticket_attributes, ticket_status
from tests.helpdesk.desk import history
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

DAY = timedelta(days=1)
MONDAY = NOW
"""Monday, 9 March 2026, at three in the afternoon."""


@pytest.fixture(autouse=True)
def silence(make: Make) -> Queue:
    """Let the queue's customers be reminded after two working days, and resolve after three more."""
    queue = make.store().default_queue
    queue.silence_reminds_after_days, queue.silence_resolves_after_days = 2, 3
    queue.save()
    return queue


@pytest.fixture
def mailbox(make: Make) -> Mailbox:
    return make.mailbox()


@pytest.fixture
def ticket(make: Make) -> Ticket:
    """Return a ticket that was answered on Monday, and waits for its customer since."""
    ticket = make.ticket()
    with transaction.atomic():
        reply_in_public(
            ticket=ticket, author=make.agent(), body="Which size?", then=AfterReply.WAIT, now=MONDAY
        )
    MailedReply.objects.all().delete()  # it has left
    ticket.refresh_from_db()
    return ticket


def look(at: datetime) -> int:
    return silence_turn.take(now=at, limit=50)


def reminders(ticket: Ticket) -> list[Message]:
    return list(Message.objects.filter(ticket=ticket, author=Author.SYSTEM, automatic=True))


def remind(ticket: Ticket, at: datetime = MONDAY + 2 * DAY) -> None:
    look(at)
    assert len(reminders(ticket)) == 1
    MailedReply.objects.all().delete()  # it has left


def test_its_customer_is_reminded_once_and_then_it_is_resolved(mailbox: Mailbox, ticket: Ticket) -> None:
    assert look(MONDAY + 2 * DAY - timedelta(seconds=1)) == 0
    assert look(MONDAY + 2 * DAY) == 1
    assert look(MONDAY + 2 * DAY) == 0

    [reminder] = reminders(ticket)
    assert MailedReply.objects.get().message == reminder
    assert ticket.reference in reminder.body
    assert "3 more working days" in reminder.body
    MailedReply.objects.all().delete()  # it has left

    monday_after = MONDAY + 7 * DAY
    assert look(monday_after - timedelta(seconds=1)) == 0
    assert look(monday_after) == 1
    assert look(monday_after) == 0

    ticket.refresh_from_db()
    assert (ticket.status, ticket.silent_since, ticket.reminded_at) == ("resolved", None, None)
    assert history(ticket)[-1] == "resolved silence"
    assert TicketEvent.objects.latest("seq").actor_kind == Author.SYSTEM
    assert len(reminders(ticket)) == 1


def test_what_silence_resolved_is_counted_apart_while_it_rests(
    make: Make, mailbox: Mailbox, ticket: Ticket
) -> None:
    by_hand = make.ticket()
    with transaction.atomic():
        ticket_status.resolve(ticket=by_hand, by=make.agent(), now=MONDAY)
    remind(ticket)
    look(MONDAY + 7 * DAY)
    silenced = Ticket.objects.filter(resolved_by_silence())
    assert list(silenced) == [ticket]

    the_customer_writes(ticket, make, MONDAY + 8 * DAY)
    assert not silenced.all().exists()
    with transaction.atomic():
        ticket_status.resolve(ticket=Ticket.objects.get(pk=ticket.pk), by=make.agent(), now=MONDAY + 8 * DAY)
    assert not silenced.all().exists()


def test_it_is_found_by_an_index_of_its_own(make: Make) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "ticket_event_silence" in TicketEvent.objects.ends_by_silence().explain()


def test_days_off_do_not_count(make: Make, mailbox: Mailbox, ticket: Ticket) -> None:
    friday = datetime(2026, 3, 13, 15, 0, tzinfo=UTC)
    with transaction.atomic():
        add_note(ticket=ticket, author=make.agent(), body="Hm.", now=friday)

    assert look(friday + 3 * DAY) == 0
    assert look(friday + 4 * DAY) == 1


def the_customer_writes(ticket: Ticket, make: Make, now: datetime) -> None:
    receive_customer_message(ticket=ticket, body="Size 40.", now=now)
    reply_in_public(ticket=ticket, author=make.agent(), body="And?", then=AfterReply.WAIT, now=now)


def an_agent_notes(ticket: Ticket, make: Make, now: datetime) -> None:
    add_note(ticket=ticket, author=make.agent(), body="Hm.", now=now)


def an_agent_answers(ticket: Ticket, make: Make, now: datetime) -> None:
    reply_in_public(ticket=ticket, author=make.agent(), body="And?", now=now)


def its_status_changes(ticket: Ticket, make: Make, now: datetime) -> None:
    for status in ("on_hold", "pending"):
        ticket_status.set_status(ticket=ticket, status=status, by=make.agent(), now=now)


@pytest.mark.parametrize(
    "happens", [the_customer_writes, an_agent_notes, an_agent_answers, its_status_changes]
)
def test_any_word_and_any_turn_begin_it_anew(
    make: Make, mailbox: Mailbox, ticket: Ticket, happens: Callable[[Ticket, Make, datetime], None]
) -> None:
    remind(ticket)
    wednesday = MONDAY + 9 * DAY
    with transaction.atomic():
        happens(ticket, make, wednesday)
    MailedReply.objects.all().delete()

    ticket.refresh_from_db()
    assert (ticket.silent_since, ticket.reminded_at) == (wednesday, None)
    assert look(wednesday + DAY) == 0
    look(wednesday + 2 * DAY)
    assert len(reminders(ticket)) == 2


def test_what_nobody_says_leaves_it_as_silent_as_it_was(make: Make, mailbox: Mailbox, ticket: Ticket) -> None:
    with transaction.atomic():
        ticket_attributes.change_priority(ticket=ticket, priority="high", by=make.agent(), now=MONDAY + DAY)
        receive_customer_message(ticket=ticket, body="I am away.", automatic=True, now=MONDAY + DAY)

    assert look(MONDAY + 2 * DAY) == 1


def test_nobody_who_waits_is_ever_met(mailbox: Mailbox, ticket: Ticket, make: Make) -> None:
    remind(ticket)
    with transaction.atomic():
        receive_customer_message(ticket=ticket, body="Where is it?", now=MONDAY + 3 * DAY)
        ticket_status.set_status(ticket=ticket, status="pending", by=make.agent(), now=MONDAY + 3 * DAY)

    ticket.refresh_from_db()
    assert ticket.waiting_since is not None
    assert look(MONDAY + 60 * DAY) == 0


def test_without_a_mailbox_nobody_is_reminded_and_nothing_is_resolved(ticket: Ticket) -> None:
    assert look(MONDAY + 60 * DAY) == 0
    ticket.refresh_from_db()
    assert ticket.status == "pending"


def test_a_reminder_that_has_not_left_resolves_nothing(mailbox: Mailbox, ticket: Ticket) -> None:
    look(MONDAY + 2 * DAY)
    look(MONDAY + 30 * DAY)
    ticket.refresh_from_db()
    assert ticket.status == "pending"


def test_what_is_being_written_is_waited_for(make: Make, mailbox: Mailbox, ticket: Ticket) -> None:
    Draft.objects.create(
        author=make.agent(), ticket=ticket, kind=DraftKind.COMPOSER, body="Dear",
        token=uuid4(), page=uuid4(), nth=1, begun_at=MONDAY, saved_at=MONDAY,
    )  # fmt: skip
    assert look(MONDAY + 30 * DAY) == 0


def test_a_customer_without_an_address_is_left_alone_until_something_is_said(
    make: Make, mailbox: Mailbox, ticket: Ticket
) -> None:
    ticket.customer.email = ""
    ticket.customer.save()
    assert look(MONDAY + 2 * DAY) == 1
    assert look(MONDAY + 60 * DAY) == 0
    assert not reminders(ticket)


def test_it_is_off_until_somebody_switches_it_on(mailbox: Mailbox, ticket: Ticket) -> None:
    Queue.objects.update(silence_reminds_after_days=None, silence_resolves_after_days=None)
    assert look(MONDAY + 60 * DAY) == 0


def test_a_ticket_that_fails_holds_nobody_up_and_is_looked_at_a_day_later(
    make: Make, mailbox: Mailbox, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever dies after the reminder was written, and before the commit, has reminded nobody."""
    with monkeypatch.context() as dying:
        dying.setattr(silence_turn, "send_by_mail", lambda *_args, **_fields: 1 / 0)
        assert look(MONDAY + 2 * DAY) == 1
    assert not reminders(ticket)

    assert look(MONDAY + 2 * DAY) == 0
    assert look(MONDAY + 3 * DAY) == 1
    assert len(reminders(ticket)) == 1
