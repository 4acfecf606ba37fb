"""The first answer by anybody, and the first of substance, are kept in the row of the first response."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from helpdesk.conversation import replies
from helpdesk.conversation.bounces import take_back_bounced
from helpdesk.models import Agent, Message, Ticket
from helpdesk.tickets import ticket_status
from monitor.models import Clock, KeptFold
from monitor.relay import recount
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

MINUTE = timedelta(minutes=1)
SUBSTANCE = ("substantive_outcome", "substantive_at", "substantive_business")


def say(ticket: Ticket, author: Agent, minutes: int, *, holding: bool = False) -> Message:
    at = NOW + minutes * MINUTE
    with transaction.atomic():
        return replies.reply_in_public(ticket=ticket, author=author, body="Yes.", now=at, holding=holding)


def first(ticket: Ticket) -> Clock:
    assert list(recount.check([ticket.pk], now=NOW + timedelta(days=1))) == []
    return Clock.objects.get(ticket=ticket, metric="first_response")


def substance(ticket: Ticket) -> tuple[object, ...]:
    return tuple(getattr(first(ticket), name) for name in SUBSTANCE)


def test_an_answer_of_substance_leaves_the_row_as_it_was(make: Make) -> None:
    ticket = make.ticket()
    say(ticket, make.agent(), 5)

    assert substance(ticket) == (None, None, None)
    assert first(ticket).any_at is None


def test_whoever_is_held_off_waits_on_in_the_row_until_somebody_says_more(make: Make) -> None:
    ticket, agent = make.ticket(), make.agent()
    say(ticket, agent, 5, holding=True)
    assert first(ticket).outcome == "met"
    assert substance(ticket)[:2] == ("", None)

    said = say(ticket, agent, 30)
    assert first(ticket).ended_at == NOW + 5 * MINUTE
    assert substance(ticket) == ("met", NOW + 30 * MINUTE, 30 * MINUTE)

    with transaction.atomic():
        take_back_bounced(ticket=ticket, message=said, now=NOW + 40 * MINUTE)
    assert substance(ticket)[:2] == ("", None)

    with transaction.atomic():
        ticket_status.resolve(ticket=ticket, by=agent, now=NOW + 50 * MINUTE)
    assert substance(ticket)[:2] == ("unanswered", NOW + 50 * MINUTE)


def test_a_bot_is_heard_in_the_row_before_people_are(make: Make) -> None:
    ticket = make.ticket()
    with transaction.atomic():
        replies.reply_as_bot(ticket=ticket, body="Look there.", now=NOW + 2 * MINUTE)
    say(ticket, make.agent(), 9)

    assert (first(ticket).any_at, first(ticket).any_business) == (NOW + 2 * MINUTE, 2 * MINUTE)
    assert first(ticket).ended_at == NOW + 9 * MINUTE


def test_a_long_conversation_still_knows_that_it_only_held_off(make: Make) -> None:
    ticket, agent = make.ticket(), make.agent()
    say(ticket, agent, 1, holding=True)
    for minute in range(2, 110):
        with transaction.atomic():
            replies.add_note(ticket=ticket, author=agent, body="...", now=NOW + minute * MINUTE)
    assert KeptFold.objects.filter(ticket=ticket).exists()
    say(ticket, agent, 120)

    assert substance(ticket) == ("met", NOW + 120 * MINUTE, 120 * MINUTE)
