"""What is told late: what it still decides, how far it may lie back, and what is said about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
from pytest_django import Settings

from helpdesk.conversation.answers import AfterReply
from helpdesk.conversation.replies import (
    add_note,
    answer_elsewhere,
    receive_customer_message,
    reply_as_bot,
    reply_in_public,
)
from helpdesk.models import Message, Status, Ticket, TicketEvent
from helpdesk.tickets.assignment import acknowledge, claim
from helpdesk.tickets.ticket_status import close, reopen, resolve, set_status
from helpdesk.tickets.told_time import TooFarBack
from tests.helpdesk.desk import history
from tests.make import NOW, Make

SOON = NOW + timedelta(minutes=5)
LATER = NOW + timedelta(hours=1)
LONG_AFTER = NOW + timedelta(hours=30)

NEWER: dict[str, Callable[[Make, Ticket], object]] = {
    "a customer's message": lambda make, ticket: receive_customer_message(
        ticket=ticket, body="And?", now=SOON
    ),
    "another status": lambda make, ticket: set_status(
        ticket=ticket, status="on_hold", by=make.agent(), now=SOON
    ),
    "an end": lambda make, ticket: resolve(ticket=ticket, by=make.agent(), now=SOON),
}


@pytest.mark.parametrize("newer", NEWER.values(), ids=NEWER)
@pytest.mark.parametrize("status", ["pending", "closed"])
def test_a_status_that_is_told_late_loses_to_what_is_newer(
    make: Make, ticket: Ticket, newer: Callable[[Make, Ticket], object], status: str
) -> None:
    newer(make, ticket)
    told, stood = history(ticket), ticket.status

    assert not set_status(
        ticket=ticket, status=status, by=make.agent(), now=LATER, occurred_at=NOW + timedelta(minutes=1)
    )

    assert (history(ticket), Ticket.objects.get().status) == (told, stood)
    assert list(ticket.noticed) == ["Something newer is known of this ticket: its status was left as it is."]


def test_a_status_that_is_told_late_takes_its_own_place_among_what_decides_nothing(
    make: Make, ticket: Ticket
) -> None:
    asked_at = NOW + timedelta(minutes=1)
    receive_customer_message(ticket=ticket, body="Out of office", now=SOON, automatic=True)
    claim(ticket=ticket, by=make.agent("colleague"), now=NOW)
    add_note(ticket=ticket, author=make.agent(), body="Asked them back.", now=SOON)

    assert set_status(ticket=ticket, status="pending", by=make.agent(), now=LATER, occurred_at=SOON)
    assert not resolve(ticket=ticket, by=make.agent(), now=LATER, occurred_at=asked_at)
    assert (Ticket.objects.get().status, list(ticket.noticed) != []) == ("pending", True)
    assert TicketEvent.objects.get(payload__status="pending").occurred_at == SOON


@pytest.mark.parametrize("verb", [reopen, partial(close, by_customer=True)])
def test_a_customers_late_word_about_the_status_loses_too(make: Make, ticket: Ticket, verb: type) -> None:
    resolve(ticket=ticket, by=make.agent(), now=SOON)

    assert not verb(ticket=ticket, by=None, now=LATER, occurred_at=NOW + timedelta(minutes=1))
    assert Ticket.objects.get().status == Status.RESOLVED


# An answer that is told late, and what it was to do besides.


def reply(
    make: Make,
    ticket: Ticket,
    sent_at: datetime,
    *,
    now: datetime = LATER,
    then: AfterReply = AfterReply.KEEP_OPEN,
) -> Message:
    return reply_in_public(
        ticket=ticket, author=make.agent(), body="Here.", now=now, sent_at=sent_at, then=then
    )


@pytest.mark.parametrize("then", [AfterReply.RESOLVE, AfterReply.WAIT])
def test_an_answer_told_late_does_not_end_what_the_customer_has_asked_since(
    make: Make, ticket: Ticket, then: AfterReply
) -> None:
    asked_at = LATER - timedelta(minutes=2)
    receive_customer_message(ticket=ticket, body="And the other one?", now=asked_at)

    reply(make, ticket, LATER - timedelta(minutes=20), then=then)

    assert history(ticket)[2:] == ["public_reply_sent", "assigned", "status_changed open"]
    stored = Ticket.objects.get()
    assert (stored.status, stored.waiting_since) == (Status.OPEN, asked_at)
    assert list(ticket.noticed) == [
        "This was said before what the customer wrote last: they still wait for an answer.",
        "Something newer is known of this ticket: its status was left as it is.",
    ]


def test_what_an_answer_decides_is_dated_when_we_hear_of_it(make: Make, ticket: Ticket) -> None:
    reply(make, ticket, LATER - timedelta(minutes=20), then=AfterReply.RESOLVE)

    sent, taken, resolved = TicketEvent.objects.filter(seq__gt=1).order_by("seq")
    assert sent.occurred_at == LATER - timedelta(minutes=20)
    assert (taken.occurred_at, resolved.occurred_at) == (LATER, LATER)
    assert not ticket.noticed


@pytest.mark.parametrize("seconds", [1, 90, 299])
def test_a_clock_a_little_slow_answers_what_it_answered(make: Make, ticket: Ticket, seconds: int) -> None:
    asked_at = LATER - timedelta(seconds=1)
    receive_customer_message(ticket=ticket, body="And?", now=asked_at)

    message = reply(make, ticket, LATER - timedelta(seconds=seconds), then=AfterReply.RESOLVE)

    assert message.sent_at == asked_at
    assert (Ticket.objects.get().status, Ticket.objects.get().waiting_since) == (Status.RESOLVED, None)
    assert not ticket.noticed


def test_an_answer_further_back_keeps_its_time_and_says_who_still_waits(make: Make, ticket: Ticket) -> None:
    asked_at = LATER - timedelta(seconds=1)
    receive_customer_message(ticket=ticket, body="And?", now=asked_at)

    message = reply(make, ticket, LATER - timedelta(minutes=5))

    assert message.sent_at == LATER - timedelta(minutes=5)
    assert Ticket.objects.get().waiting_since == asked_at
    assert list(ticket.noticed) == [
        "This was said before what the customer wrote last: they still wait for an answer."
    ]


def test_a_machine_a_little_slow_is_dated_so_too_and_waits_for_nobody(ticket: Ticket) -> None:
    asked_at = LATER - timedelta(seconds=1)
    receive_customer_message(ticket=ticket, body="And?", now=asked_at)

    message = reply_as_bot(ticket=ticket, body="Beep.", now=LATER, sent_at=LATER - timedelta(seconds=9))

    assert (message.sent_at, ticket.noticed) == (asked_at, ())


def test_history_is_told_to_the_second(make: Make) -> None:
    ticket = make.ticket(imported=True)
    receive_customer_message(ticket=ticket, body="And?", now=LATER, sent_at=SOON, imported=True)
    message = reply_in_public(
        ticket=ticket, author=make.agent(), body="Here.", now=SOON, sent_at=NOW, imported=True
    )

    assert message.sent_at == NOW


# How far back.

ACTS: dict[str, Callable[..., object]] = {
    "a reply": lambda at, by, **told: reply_in_public(author=by, body="Here.", sent_at=at, **told),
    "a call": lambda at, by, **told: answer_elsewhere(
        by=by, way="phone", body="Told.", answered_at=at, **told
    ),
    "an acknowledgement": lambda at, by, **told: acknowledge(by=by, occurred_at=at, **told),
    "a status": lambda at, by, **told: set_status(by=by, status="pending", occurred_at=at, **told),
    "an end": lambda at, by, **told: resolve(by=by, occurred_at=at, **told),
    "the customer's closing": lambda at, by, **told: close(by=None, by_customer=True, occurred_at=at, **told),
    "a claim": lambda at, by, **told: claim(by=by, occurred_at=at, **told),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_an_act_is_not_dated_further_back_than_can_be_believed(
    make: Make, ticket: Ticket, act: Callable[..., object]
) -> None:
    with pytest.raises(TooFarBack):
        act(LONG_AFTER - timedelta(hours=25), make.agent(), ticket=ticket, now=LONG_AFTER)
    assert history(ticket) == ["opened"]

    act(LONG_AFTER - timedelta(hours=23), make.agent(), ticket=ticket, now=LONG_AFTER)
    assert len(history(ticket)) > 1


@pytest.mark.parametrize("act", [ACTS["a reply"], ACTS["an acknowledgement"]])
def test_calling_it_history_does_not_help_on_a_ticket_that_is_none(
    make: Make, ticket: Ticket, act: Callable[..., object]
) -> None:
    with pytest.raises(TooFarBack):
        act(SOON, make.agent(), ticket=ticket, now=LONG_AFTER, imported=True)

    past = make.ticket(imported=True)
    act(SOON, make.agent(), ticket=past, now=LONG_AFTER, imported=True)
    assert len(history(past)) > 1


def test_what_is_called_history_on_a_ticket_that_is_none_counts_as_what_happens_now(
    make: Make, ticket: Ticket
) -> None:
    receive_customer_message(ticket=ticket, body="And now?", now=SOON, imported=True)

    assert not TicketEvent.objects.get(ticket=ticket, seq=2).imported
    assert "no history" in ticket.noticed[-1]

    past = make.ticket(imported=True)
    receive_customer_message(ticket=past, body="And now?", now=SOON, imported=True)
    assert TicketEvent.objects.get(ticket=past, seq=2).imported
    assert not past.noticed


def test_how_far_back_is_a_setting(make: Make, ticket: Ticket, settings: Settings) -> None:
    settings.MAX_ACT_BACKDATE = timedelta(hours=1)

    with pytest.raises(TooFarBack) as refused:
        reply(make, ticket, NOW, now=NOW + timedelta(hours=2))
    assert refused.value.pointer == "/sent_at"
    assert "more than 1 hours back" in str(refused.value)


def test_what_the_customer_said_and_what_is_only_noted_may_lie_back(make: Make, ticket: Ticket) -> None:
    receive_customer_message(ticket=ticket, body="Sent from the tube", now=LONG_AFTER, sent_at=SOON)
    note = add_note(ticket=ticket, author=make.agent(), body="They called.", now=LONG_AFTER, sent_at=SOON)

    assert note.sent_at == SOON
