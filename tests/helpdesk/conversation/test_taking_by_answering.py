"""Whoever answers a ticket that nobody has, has it: Unassigned holds what nobody looked at."""

from __future__ import annotations

import pytest
from django.db import transaction

from helpdesk.conversation import bounces, replies
from helpdesk.conversation.answers import AfterReply
from helpdesk.models import Author, EventKind, Message, Status, Ticket
from helpdesk.tickets import assignment
from tests.make import NOW, Make

SOON = NOW.replace(minute=10)
LATER = NOW.replace(minute=20)


def answer(ticket: Ticket, make: Make, who: str = "owner", **how: object) -> Message:
    with transaction.atomic():
        return replies.reply_in_public(
            ticket=ticket,
            author=make.agent(who),
            body="Here.",
            now=SOON,
            **how,  # type: ignore[arg-type]
        )


@pytest.mark.parametrize(
    ("then", "status"),
    [
        (AfterReply.WAIT, Status.PENDING),
        (AfterReply.RESOLVE, Status.RESOLVED),
        (AfterReply.KEEP_OPEN, Status.OPEN),
    ],
)
def test_an_answer_takes_what_nobody_has(make: Make, then: AfterReply, status: Status) -> None:
    ticket = make.ticket()
    answer(ticket, make, then=then)

    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.status) == (make.agent("owner"), status)
    taken = ticket.events.get(kind=EventKind.ASSIGNED)
    assert taken.payload == {"agent": make.agent("owner").pk, "claimed": False}


def test_an_answer_takes_a_ticket_from_nobody(make: Make) -> None:
    ticket = make.ticket()
    with transaction.atomic():
        assignment.claim(ticket=ticket, by=make.agent("colleague"), now=NOW)
    answer(ticket, make)

    ticket.refresh_from_db()
    assert ticket.assignee == make.agent("colleague")


def test_a_note_a_bot_and_history_take_nothing(make: Make) -> None:
    ticket, past = make.ticket(), make.ticket()
    with transaction.atomic():
        replies.add_note(ticket=ticket, author=make.agent(), body="Hm.", now=SOON)
        replies.reply_as_bot(ticket=ticket, body="Beep.", now=SOON)
    answer(past, make, imported=True)

    assert not Ticket.objects.exclude(assignee=None).exists()


def test_an_answer_that_bounces_acknowledged_nothing_though_its_writer_keeps_the_ticket(make: Make) -> None:
    ticket = make.ticket()
    message = answer(ticket, make, then=AfterReply.KEEP_OPEN)
    assert ticket.unacknowledged_since is None

    with transaction.atomic():
        bounces.take_back_bounced(ticket=ticket, message=message, now=LATER)
    ticket.refresh_from_db()
    assert ticket.unacknowledged_since == NOW
    assert ticket.assignee == make.agent("owner")


def test_nobody_takes_by_saying_it_twice(make: Make) -> None:
    ticket = make.ticket()
    answer(ticket, make, external_id="once")
    with transaction.atomic():
        assignment.unassign(ticket=ticket, by=make.agent("owner"), now=LATER)
    answer(ticket, make, external_id="once")

    ticket.refresh_from_db()
    assert ticket.assignee is None
    assert ticket.events.filter(kind=EventKind.PUBLIC_REPLY_SENT, actor_kind=Author.AGENT).count() == 1
