"""Two who split the same ticket, a worker that dies at it, and a bounce that comes while a reply goes elsewhere."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.db import OperationalError, connection, transaction

from helpdesk.conversation import bounces, replies
from helpdesk.models import Message, Ticket, TicketEvent
from helpdesk.tickets import undo
from helpdesk.tickets.splitting import splitting
from helpdesk.tickets.splitting.splitting import MessageElsewhere
from tests.helpdesk.at_once import at_once
from tests.make import NOW, Make

MINUTE = timedelta(minutes=1)
SOON = NOW + 30 * MINUTE
LATER = SOON + timedelta(seconds=3)
ROUNDS = 10

pytestmark = pytest.mark.django_db(transaction=True)


def ask(ticket: Ticket) -> Message:
    with transaction.atomic():
        return replies.receive_customer_message(ticket=ticket, body="And that?", now=NOW + MINUTE)


def reply(make: Make, ticket: Ticket) -> Message:
    with transaction.atomic():
        return replies.reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=NOW + 2 * MINUTE)


def split(make: Make, ticket: Ticket, *messages: Message, who: str = "owner") -> Ticket:
    wanted = splitting.Split(messages=[one.pk for one in messages], customer=None, subject="Another")
    there = Ticket.objects.get(pk=ticket.pk)
    return splitting.split(wanted, ticket=there, by=make.agent(who), now=SOON)


def is_told_once(ticket: Ticket) -> bool:
    """Whether a ticket's events are numbered without a gap, and each of its messages is told of on it."""
    seqs = list(TicketEvent.objects.filter(ticket=ticket).order_by("seq").values_list("seq", flat=True))
    told = set(TicketEvent.objects.filter(ticket=ticket).values_list("message", flat=True))
    said = set(Message.objects.filter(ticket=ticket).values_list("pk", flat=True))
    return seqs == list(range(1, len(seqs) + 1)) and said <= told


def test_what_two_split_off_at_once_goes_to_one_ticket(make: Make) -> None:
    make.agent(), make.agent("colleague")
    for _ in range(ROUNDS):
        ticket = make.ticket()
        asked = ask(ticket)

        results = at_once(*(partial(split, make, ticket, asked, who=who) for who in ("owner", "colleague")))

        assert Counter(map(type, results)) == {Ticket: 1, MessageElsewhere: 1}
        [other] = Ticket.objects.filter(split_from=ticket)
        assert TicketEvent.objects.filter(ticket=ticket, kind="split_off").count() == 1
        assert is_told_once(ticket)
        assert is_told_once(other)


def test_different_questions_go_to_tickets_of_their_own(make: Make) -> None:
    make.agent(), make.agent("colleague")
    for _ in range(ROUNDS):
        ticket = make.ticket()
        first, second = ask(ticket), ask(ticket)

        at_once(
            partial(split, make, ticket, first),
            partial(split, make, ticket, second, who="colleague"),
        )

        others = list(Ticket.objects.filter(split_from=ticket))
        assert sorted(one.pk for each in others for one in each.messages.all()) == [first.pk, second.pk]
        assert all(map(is_told_once, [ticket, *others]))


def test_who_dies_in_the_middle_of_a_split_has_split_nothing(make: Make) -> None:
    ticket = make.ticket()
    asked = ask(ticket)
    before = list(Ticket.objects.values())
    make.agent()

    with ThreadPoolExecutor(1) as worker, pytest.raises(OperationalError):
        worker.submit(_die_at_it, make, ticket, asked).result()

    asked.refresh_from_db()
    assert (asked.ticket_id, list(Ticket.objects.values())) == (ticket.pk, before)
    assert not TicketEvent.objects.filter(kind="split_off").exists()
    with transaction.atomic():
        assert is_told_once(split(make, ticket, asked))


def _die_at_it(make: Make, ticket: Ticket, asked: Message) -> None:
    """Lose the connection when all is written and nothing is committed."""
    try:
        with transaction.atomic():
            split(make, ticket, asked)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    finally:
        connection.close()


def test_a_reply_that_is_split_off_while_it_bounces_has_bounced_once(make: Make) -> None:
    make.agent()
    for _ in range(ROUNDS):
        ticket = make.ticket()
        answered, asked = reply(make, ticket), ask(ticket)
        there, known = Ticket.objects.get(pk=ticket.pk), Message.objects.get(pk=answered.pk)

        results = at_once(
            partial(split, make, ticket, answered, asked),
            partial(bounces.take_back_bounced, ticket=there, message=known, now=SOON),
        )

        [other] = Ticket.objects.filter(split_from=ticket)
        assert results == [other, True]
        assert TicketEvent.objects.filter(ticket=other, kind="reply_bounced").count() == 1
        assert other.waiting_since == asked.sent_at


def test_a_reply_that_comes_back_to_its_ticket_while_it_bounces_bounces_there(make: Make) -> None:
    make.agent()
    for _ in range(ROUNDS):
        ticket = make.ticket()
        answered, asked = reply(make, ticket), ask(ticket)
        with transaction.atomic():
            other = split(make, ticket, answered, asked)
        there, known = Ticket.objects.get(pk=other.pk), Message.objects.get(pk=answered.pk)
        with transaction.atomic():
            undo.undo(ticket=ticket, by=make.agent(), now=LATER)

        with transaction.atomic():
            assert bounces.take_back_bounced(ticket=there, message=known, now=LATER)

        assert TicketEvent.objects.get(kind="reply_bounced", message=answered).ticket == ticket
