"""A claim on which nothing is done goes back to where everybody can take it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection, transaction
from pytest_django import Settings

from helpdesk.conversation.replies import add_note, receive_customer_message, reply_in_public
from helpdesk.models import Agent, Draft, DraftKind, HeldReply, Ticket, TicketEvent
from helpdesk.tickets.assignment import assign, claim, unassign
from helpdesk.tickets.custody import claim_ends
from helpdesk.tickets.custody.claim_ends import ClaimHasEnded
from helpdesk.tickets.membership import NotAMember
from helpdesk.tickets.undo import undo
from tests.helpdesk.desk import history
from tests.helpdesk.tickets.custody.test_absences import given_back
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

MINUTE = timedelta(minutes=1)
HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture
def owner(make: Make, ticket: Ticket) -> Agent:
    """Return who has claimed the ticket at NOW, and done nothing since."""
    with transaction.atomic():
        claim(ticket=ticket, by=make.agent(), now=NOW)
    return make.agent()


def returned(ticket: Ticket, now: datetime = NOW + HALF_AN_HOUR) -> bool:
    """Let claims end that are due by then; tell whether the ticket is nobody's."""
    claim_ends.end_due(now=now, limit=100)
    ticket.refresh_from_db()
    return ticket.assignee is None


def test_a_claim_on_which_nothing_is_done_returns_and_history_says_so(owner: Agent, ticket: Ticket) -> None:
    assert not returned(ticket, NOW + HALF_AN_HOUR - timedelta(seconds=1))
    assert returned(ticket)

    assert history(ticket)[-1] == "unassigned claim_ended"
    assert TicketEvent.objects.latest("seq").payload == {"reason": "claim_ended", "held_by": owner.pk}
    assert (ticket.unacknowledged_since, ticket.claim_ends_at) == (NOW + HALF_AN_HOUR, None)


@pytest.mark.parametrize("what", ["a note", "an answer"])
def test_whoever_does_something_keeps_it(owner: Agent, ticket: Ticket, what: str) -> None:
    deeds: dict[str, Callable[..., object]] = {"a note": add_note, "an answer": reply_in_public}
    with transaction.atomic():
        deeds[what](ticket=ticket, author=owner, body="Hm.", now=NOW + MINUTE)

    assert not returned(ticket)


def test_what_others_do_is_not_done_by_its_holder(make: Make, owner: Agent, ticket: Ticket) -> None:
    with transaction.atomic():
        add_note(ticket=ticket, author=make.agent("colleague"), body="Hm.", now=NOW + MINUTE)
        receive_customer_message(ticket=ticket, body="And?", now=NOW + MINUTE)

    assert returned(ticket)


def test_it_never_returns_over_a_reply_that_is_held(make: Make, owner: Agent, ticket: Ticket) -> None:
    held = HeldReply.objects.create(
        ticket=ticket,
        author=owner,
        body="Here.",
        then="open",
        external_id="page:1",
        sent_at=NOW,
        leaves_at=NOW,
    )
    assert not returned(ticket)

    held.delete()
    assert not returned(ticket, NOW + HALF_AN_HOUR + MINUTE)
    assert returned(ticket, NOW + 2 * HALF_AN_HOUR)


def test_nor_over_a_reply_of_somebody_else_that_is_held(make: Make, owner: Agent, ticket: Ticket) -> None:
    HeldReply.objects.create(
        ticket=ticket,
        author=make.agent("colleague"),
        body="Here.",
        then="open",
        external_id="page:1",
        sent_at=NOW,
        leaves_at=NOW,
    )
    assert not returned(ticket)


def test_what_a_colleague_could_not_send_holds_it_no_more(make: Make, owner: Agent, ticket: Ticket) -> None:
    given_back(ticket, make.agent("colleague"))
    assert returned(ticket)


def test_what_its_holder_could_not_send_is_what_they_are_writing(
    make: Make, owner: Agent, ticket: Ticket
) -> None:
    given_back(ticket, owner)
    assert not returned(ticket)


def test_nor_over_a_draft_of_its_agents(make: Make, owner: Agent, ticket: Ticket) -> None:
    draft = Draft.objects.create(
        author=owner, ticket=ticket, kind=DraftKind.COMPOSER, body="Dear",
        token=uuid4(), page=uuid4(), nth=1, begun_at=NOW, saved_at=NOW,
    )  # fmt: skip
    assert not returned(ticket)

    draft.delete()
    assert returned(ticket, NOW + 2 * HALF_AN_HOUR)


def test_what_somebody_was_given_by_name_stays(make: Make, ticket: Ticket) -> None:
    with transaction.atomic():
        assign(ticket=ticket, to=make.agent(), by=make.agent("overseer"), now=NOW)

    assert not returned(ticket)


def test_a_claim_that_somebody_else_confirms_by_name_stays(make: Make, owner: Agent, ticket: Ticket) -> None:
    with transaction.atomic():
        assert not assign(ticket=ticket, to=owner, by=make.agent("overseer"), now=NOW + MINUTE)

    assert not returned(ticket)


def test_a_hand_over_that_is_undone_leaves_the_claim_as_it_was(
    make: Make, owner: Agent, ticket: Ticket
) -> None:
    overseer = make.agent("overseer")
    with transaction.atomic():
        assign(ticket=ticket, to=make.agent("colleague"), by=overseer, now=NOW + MINUTE)
        undo(ticket=ticket, by=overseer, now=NOW + 2 * MINUTE)

    assert ticket.assignee == owner
    assert returned(ticket)


def test_a_claim_that_is_kept_stays(owner: Agent, ticket: Ticket) -> None:
    with transaction.atomic():
        assert claim_ends.keep(ticket=ticket, by=owner, now=NOW + MINUTE)
        assert not claim_ends.keep(ticket=ticket, by=owner, now=NOW + MINUTE)

    assert not returned(ticket)


def test_nobody_keeps_what_they_do_not_have(make: Make, owner: Agent, ticket: Ticket) -> None:
    returned(ticket)

    with transaction.atomic(), pytest.raises(ClaimHasEnded):
        claim_ends.keep(ticket=ticket, by=owner, now=NOW + HALF_AN_HOUR)
    with transaction.atomic(), pytest.raises(NotAMember):
        claim_ends.keep(ticket=ticket, by=make.agent("outsider"), now=NOW + HALF_AN_HOUR)


def test_whoever_takes_it_next_has_a_claim_of_their_own(make: Make, owner: Agent, ticket: Ticket) -> None:
    with transaction.atomic():
        unassign(ticket=ticket, by=owner, now=NOW + MINUTE)
        claim(ticket=ticket, by=make.agent("colleague"), now=NOW + 2 * MINUTE)

    assert not returned(ticket)
    assert returned(ticket, NOW + HALF_AN_HOUR + 2 * MINUTE)


def test_a_claim_that_is_undone_does_not_end(make: Make, ticket: Ticket) -> None:
    with transaction.atomic():
        claim(ticket=ticket, by=make.agent(), now=NOW + MINUTE)
        undo(ticket=ticket, by=make.agent(), now=NOW + 2 * MINUTE)

    assert claim_ends.end_due(now=NOW + HALF_AN_HOUR, limit=100) == 0


def test_where_claims_last_none_ends(make: Make, settings: Settings, ticket: Ticket) -> None:
    settings.CLAIM_LASTS = timedelta()
    with transaction.atomic():
        claim(ticket=ticket, by=make.agent(), now=NOW)

    assert not returned(ticket, NOW + timedelta(days=9))


@pytest.mark.django_db(transaction=True)
def test_claims_that_two_workers_end_at_once_end_once(make: Make) -> None:
    agent = make.agent()
    for _ in range(10):
        tickets = [make.ticket() for _ in range(5)]
        with transaction.atomic():
            for ticket in tickets:
                claim(ticket=ticket, by=agent, now=NOW)
        workers_end(2)

        for ticket in tickets:
            assert history(ticket)[-1] == "unassigned claim_ended"
            assert history(ticket).count("unassigned claim_ended") == 1
    assert not Ticket.objects.filter(claim_ends_at__isnull=False).exists()


def workers_end(number: int) -> None:
    """Let so many workers end all claims that are due, each on a connection of its own, together."""
    start = Barrier(number)

    def work(_: int) -> None:
        try:
            start.wait(timeout=10)
            claim_ends.end_due(now=NOW + HALF_AN_HOUR, limit=100)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as threads:
        list(threads.map(work, range(number)))


def test_two_minutes_before_its_holder_is_told(make: Make, owner: Agent, ticket: Ticket) -> None:
    def told(before: timedelta, agent: Agent) -> int | None:
        return claim_ends.minutes_left(ticket, agent=agent, now=NOW + HALF_AN_HOUR - before)

    assert told(3 * MINUTE, owner) is None
    assert (told(2 * MINUTE, owner), told(MINUTE, owner), told(-MINUTE, owner)) == (2, 1, 1)
    assert told(MINUTE, make.agent("colleague")) is None
