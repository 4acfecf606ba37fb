"""Whoever answers knows what they answer to: what others said or did since they looked is shown to them first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import transaction

from helpdesk.conversation import replies
from helpdesk.conversation.unseen import ChangedMeanwhile, SomethingNewer
from helpdesk.models import Agent, Message, Status, Ticket
from helpdesk.tickets import assignment, merging, ticket_attributes, ticket_status
from tests.make import NOW, Make

Deed = Callable[[Ticket, Agent, Make], object]


def at(minutes: int) -> datetime:
    return NOW.replace(minute=minutes)


def answer(ticket: Ticket, make: Make, *, seen: int) -> Message:
    with transaction.atomic():
        return replies.reply_in_public(
            ticket=ticket, author=make.agent("owner"), body="Here.", now=at(20), seen_seq=seen
        )


TURNS: dict[str, Deed] = {
    "resolved": lambda ticket, by, make: ticket_status.resolve(ticket=ticket, by=by, now=at(10)),
    "on hold": lambda ticket, by, make: ticket_status.set_status(
        ticket=ticket, status=Status.ON_HOLD, by=by, now=at(10)
    ),
    "claimed": lambda ticket, by, make: assignment.claim(ticket=ticket, by=by, now=at(10)),
    "spam and back": lambda ticket, by, make: (
        ticket_status.mark_spam(ticket=ticket, by=by, now=at(9)),
        ticket_status.restore(ticket=ticket, by=by, now=at(10)),
    ),
    "another merged in": lambda ticket, by, make: merging.merge(
        ticket=make.ticket(), into=ticket, by=by, now=at(10)
    ),
    "no reply needed": lambda ticket, by, make: ticket_status.mark_no_reply_needed(
        ticket=ticket, by=by, now=at(10)
    ),
}
ASIDE: dict[str, Deed] = {
    "a note": lambda ticket, by, make: replies.add_note(ticket=ticket, author=by, body="Hm.", now=at(10)),
    "tags": lambda ticket, by, make: ticket_attributes.change_tags(
        ticket=ticket, tags=["late"], by=by, now=at(10)
    ),
    "urgent": lambda ticket, by, make: ticket_attributes.change_priority(
        ticket=ticket, priority="urgent", by=by, now=at(10)
    ),
    "acknowledged": lambda ticket, by, make: assignment.acknowledge(ticket=ticket, by=by, now=at(10)),
    "an absence notice": lambda ticket, by, make: replies.receive_customer_message(
        ticket=ticket, body="Away.", automatic=True, now=at(10)
    ),
}


@pytest.mark.parametrize("deed", TURNS.values(), ids=TURNS)
def test_an_answer_waits_until_its_writer_has_seen_what_a_colleague_did(make: Make, deed: Deed) -> None:
    ticket = make.ticket()
    seen = ticket.last_seq
    with transaction.atomic():
        deed(ticket, make.agent("colleague"), make)

    with pytest.raises(ChangedMeanwhile):
        answer(ticket, make, seen=seen)
    ticket.refresh_from_db()
    assert answer(ticket, make, seen=ticket.last_seq).body == "Here."


@pytest.mark.parametrize("deed", TURNS.values(), ids=TURNS)
def test_ones_own_deeds_in_another_window_are_no_news(make: Make, deed: Deed) -> None:
    ticket = make.ticket()
    seen = ticket.last_seq
    with transaction.atomic():
        deed(ticket, make.agent("owner"), make)

    assert answer(ticket, make, seen=seen).body == "Here."


@pytest.mark.parametrize("deed", ASIDE.values(), ids=ASIDE)
def test_what_makes_no_other_answer_holds_none_up(make: Make, deed: Deed) -> None:
    ticket = make.ticket()
    seen = ticket.last_seq
    with transaction.atomic():
        deed(ticket, make.agent("colleague"), make)

    assert answer(ticket, make, seen=seen).body == "Here."


def test_ones_own_answer_that_left_meanwhile_holds_no_second_one_up(make: Make) -> None:
    ticket = make.ticket()
    seen = ticket.last_seq
    answer(ticket, make, seen=seen)
    ticket.refresh_from_db()

    assert answer(ticket, make, seen=seen).body == "Here."


def test_a_colleagues_answer_is_seen_before_ones_own(make: Make) -> None:
    ticket = make.ticket()
    seen = ticket.last_seq
    with transaction.atomic():
        replies.reply_in_public(ticket=ticket, author=make.agent("colleague"), body="There.", now=at(10))

    with pytest.raises(SomethingNewer):
        answer(ticket, make, seen=seen)


def test_words_are_said_before_deeds(make: Make) -> None:
    ticket = make.ticket()
    seen = ticket.last_seq
    with transaction.atomic():
        ticket_status.resolve(ticket=ticket, by=make.agent("colleague"), now=at(9))
        replies.receive_customer_message(ticket=ticket, body="Not solved!", now=at(10))

    with pytest.raises(SomethingNewer):
        answer(ticket, make, seen=seen)
