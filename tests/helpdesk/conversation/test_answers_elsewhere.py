"""What was answered by phone, in person or in a chat is an answer, and says by which way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.conversation.answers import AfterReply
from helpdesk.conversation.bounces import NotAReply, take_back_bounced
from helpdesk.conversation.replies import answer_elsewhere, receive_customer_message
from helpdesk.models import Status, Ticket, TicketEvent, Way
from helpdesk.refusal import OwnQuestion, UnknownValue
from helpdesk.tickets.membership import NotAMember
from tests.helpdesk.desk import history
from tests.make import NOW, Make

SOON = NOW + timedelta(minutes=5)
LATER = NOW + timedelta(hours=1)


@pytest.mark.parametrize("way", dict(Way.told()))
def test_what_was_said_otherwise_answers_as_a_reply_does(make: Make, ticket: Ticket, way: str) -> None:
    message = answer_elsewhere(
        ticket=ticket, by=make.agent(), way=way, body="Called, solved.", now=LATER, then=AfterReply.RESOLVE
    )

    assert history(ticket) == ["opened", "public_reply_sent", "assigned", "resolved"]
    assert TicketEvent.objects.get(seq=2).payload == {"author": "agent", "automatic": False, "way": way}
    assert (message.way, message.public, message.agent) == (way, False, make.agent())
    stored = Ticket.objects.get()
    assert (stored.status, stored.waiting_since, stored.unacknowledged_since) == (Status.RESOLVED, None, None)


def test_it_counts_when_it_was_said_and_not_for_what_came_after(make: Make, ticket: Ticket) -> None:
    receive_customer_message(ticket=ticket, body="And?", now=NOW + timedelta(minutes=30))
    answer_elsewhere(ticket=ticket, by=make.agent(), way="phone", body="Called.", now=LATER, answered_at=SOON)

    assert TicketEvent.objects.get(kind="public_reply_sent").occurred_at == SOON
    assert Ticket.objects.get().waiting_since == NOW + timedelta(minutes=30)


def test_it_is_taken_down_once_and_cannot_bounce(make: Make, ticket: Ticket) -> None:
    one, two = (
        answer_elsewhere(ticket=ticket, by=make.agent(), way="chat", body="Told.", now=SOON, external_id="c1")
        for _ in range(2)
    )

    assert one == two
    with pytest.raises(NotAReply):
        take_back_bounced(ticket=ticket, message=one, now=LATER)


def test_only_a_colleague_of_the_queue_answers_and_by_a_way_there_is(make: Make, ticket: Ticket) -> None:
    own = make.ticket(email="owner@example.com")

    with pytest.raises(NotAMember):
        answer_elsewhere(ticket=ticket, by=make.agent("outsider"), way="phone", body="Hi", now=SOON)
    for way in ("pigeon", "mail"):
        with pytest.raises(UnknownValue):
            answer_elsewhere(ticket=ticket, by=make.agent(), way=way, body="Hi", now=SOON)
    with pytest.raises(OwnQuestion):
        answer_elsewhere(ticket=own, by=make.agent(), way="phone", body="Hi", now=SOON)
