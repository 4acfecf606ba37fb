"""Somebody who works in the queue asks something as a customer: nothing that they do answers themself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.conversation.answers import AfterReply
from helpdesk.conversation.replies import reply_in_public
from helpdesk.models import Author, Status, Ticket
from helpdesk.refusal import OwnQuestion
from helpdesk.tickets import assignment, ticket_status
from tests.helpdesk.desk import history
from tests.make import NOW, Make

SOON = NOW + timedelta(minutes=5)


@pytest.fixture
def own(make: Make) -> Ticket:
    """A question that the owner asked in the shop, by the e-mail of their login."""
    return make.ticket(email="Owner@example.com")


def test_their_own_remark_is_the_customers(make: Make, own: Ticket) -> None:
    message = reply_in_public(
        ticket=own, author=make.agent(), body="Forgot: order 7.", now=SOON, then=AfterReply.RESOLVE
    )

    assert (message.author, message.agent) == (Author.CUSTOMER, make.agent())
    assert history(own) == ["opened", "customer_message_received"]
    stored = Ticket.objects.get()
    assert (stored.status, stored.waiting_since, stored.unacknowledged_since) == (Status.NEW, NOW, NOW)
    assert list(own.noticed) == ["You asked this yourself: what you write counts as the customer's."]


def test_they_wait_again_when_they_write_after_an_answer(make: Make, own: Ticket) -> None:
    reply_in_public(ticket=own, author=make.agent("colleague"), body="Which order?", now=NOW)
    reply_in_public(ticket=own, author=make.agent(), body="Order 7.", now=SOON)

    assert Ticket.objects.get().waiting_since == SOON


def test_they_cannot_acknowledge_it(make: Make, own: Ticket) -> None:
    with pytest.raises(OwnQuestion):
        assignment.acknowledge(ticket=own, by=make.agent(), now=SOON)


def test_taking_it_says_nothing(make: Make, own: Ticket) -> None:
    assignment.claim(ticket=own, by=make.agent(), now=SOON)

    stored = Ticket.objects.get()
    assert (stored.assignee, stored.unacknowledged_since) == (make.agent(), NOW)
    assert (history(own), stored.status) == (["opened", "assigned"], Status.NEW)


def test_a_colleague_answers_it_like_any_other(make: Make, own: Ticket) -> None:
    reply_in_public(ticket=own, author=make.agent("colleague"), body="Here.", now=SOON)

    assert Ticket.objects.get().waiting_since is None


def test_they_may_say_that_they_need_no_answer_any_more(make: Make, own: Ticket) -> None:
    assert ticket_status.mark_no_reply_needed(ticket=own, by=make.agent(), now=SOON)


def test_a_mailbox_that_only_looks_like_ones_own_is_anothers(make: Make) -> None:
    agent = make.agent("kim")
    ticket = make.ticket(email="\u212aim@example.com")

    assert assignment.acknowledge(ticket=ticket, by=agent, now=SOON)
