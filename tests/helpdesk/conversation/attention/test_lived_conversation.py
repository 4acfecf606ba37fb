"""A conversation as its customer lives it: what reached them, when, and the silence between."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from helpdesk.conversation import replies
from helpdesk.conversation.attention.lived_conversation import LivedMoment, LivedSilence, lived
from helpdesk.models import MailedReply, Message, Receipt, Ticket
from tests.make import NOW, Make

HOUR = timedelta(hours=1)


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return make.ticket(now=NOW, body="Where is it?")


def reply(ticket: Ticket, make: Make, body: str, *, at: datetime) -> Message:
    with transaction.atomic():
        return replies.reply_in_public(ticket=ticket, author=make.agent("owner"), body=body, now=at)


def told(ticket: Ticket, *, now: datetime) -> list[str]:
    """Say each part in a few words: what was said, or how many hours of silence."""
    ticket.refresh_from_db()
    return [in_short(part) for part in lived(ticket, now=now).parts]


def in_short(part: LivedMoment | LivedSilence) -> str:
    if isinstance(part, LivedMoment):
        return part.message.body
    return f"{part.span / HOUR:g} h" + (" …" if part.lasts else "") + (" unkept" if part.unkept else "")


def test_who_waits_hears_nothing_and_the_silence_lasts(ticket: Ticket) -> None:
    assert told(ticket, now=NOW + 51 * HOUR) == ["Where is it?", "51 h …"]


def test_an_answer_ends_the_silence_and_after_it_nobody_waits(ticket: Ticket, make: Make) -> None:
    reply(ticket, make, "On its way.", at=NOW + 2 * HOUR)
    assert told(ticket, now=NOW + 99 * HOUR) == ["Where is it?", "2 h", "On its way."]


def test_asking_again_is_two_silences(ticket: Ticket, make: Make) -> None:
    with transaction.atomic():
        replies.receive_customer_message(ticket=ticket, body="Hello?", now=NOW + HOUR)
    reply(ticket, make, "Here.", at=NOW + 4 * HOUR)
    assert told(ticket, now=NOW + 5 * HOUR) == ["Where is it?", "1 h", "Hello?", "3 h", "Here."]


def test_what_we_do_among_ourselves_is_not_lived(ticket: Ticket, make: Make) -> None:
    with transaction.atomic():
        replies.add_note(ticket=ticket, author=make.agent("owner"), body="Ask DHL.", now=NOW + HOUR)
    assert told(ticket, now=NOW + 2 * HOUR) == ["Where is it?", "2 h …"]


def test_a_reply_is_heard_when_it_has_left_and_not_before(ticket: Ticket, make: Make) -> None:
    message = reply(ticket, make, "On its way.", at=NOW + HOUR)
    mailed = MailedReply.objects.create(message=message, leaving_since=NOW + HOUR)
    assert told(ticket, now=NOW + 2 * HOUR) == ["Where is it?"]
    assert lived(ticket, now=NOW + 2 * HOUR).unheard == 1

    MailedReply.objects.filter(pk=mailed.pk).update(left_at=NOW + 3 * HOUR)
    assert told(ticket, now=NOW + 4 * HOUR) == ["Where is it?", "3 h", "On its way."]


@pytest.mark.parametrize("came_back", [True, False])
def test_what_never_arrived_was_never_heard(ticket: Ticket, make: Make, *, came_back: bool) -> None:
    message = reply(ticket, make, "On its way.", at=NOW + HOUR)
    if came_back:
        Message.objects.filter(pk=message.pk).update(bounced_at=NOW + HOUR)
    else:
        MailedReply.objects.create(message=message, leaving_since=NOW, refused_at=NOW + HOUR)
    assert "On its way." not in told(ticket, now=NOW + 2 * HOUR)
    assert lived(ticket, now=NOW + 2 * HOUR).unheard == 1


def test_a_receipt_is_a_word_and_its_promise_breaks_in_the_silence_after_it(
    ticket: Ticket, make: Make
) -> None:
    with transaction.atomic():
        receipt = replies.reply_as_bot(ticket=ticket, body="We have it.", now=NOW)
    Receipt.objects.create(
        message=receipt, ticket=ticket, customer=ticket.customer, language="en",
        promised_at=NOW + 4 * HOUR, written_at=NOW,
    )  # fmt: skip
    assert told(ticket, now=NOW + 3 * HOUR) == ["Where is it?", "We have it.", "3 h …"]
    assert told(ticket, now=NOW + 5 * HOUR) == ["Where is it?", "We have it.", "5 h … unkept"]

    reply(ticket, make, "Here.", at=NOW + 6 * HOUR)
    assert told(ticket, now=NOW + 7 * HOUR) == ["Where is it?", "We have it.", "6 h unkept", "Here."]


def test_a_moment_is_no_silence(ticket: Ticket, make: Make) -> None:
    reply(ticket, make, "Here.", at=NOW + timedelta(minutes=9))
    assert told(ticket, now=NOW + HOUR) == ["Where is it?", "Here."]
