"""A slip is taken back as if it had never been: by whom it happened to, soon, and before anybody goes on from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from helpdesk.conversation.answers import AfterReply
from helpdesk.conversation.replies import add_note, receive_customer_message, reply_in_public
from helpdesk.models import Agent, Membership, Queue, Role, Status, Ticket, TicketEvent
from helpdesk.tickets import assignment, manual_due_time, merging, ticket_attributes, ticket_status
from helpdesk.tickets.membership import NotAMember
from helpdesk.tickets.opening.new_ticket import NewCustomer
from helpdesk.tickets.undo import ActedOnSince, NothingToUndo, undo
from tests.helpdesk.desk import history
from tests.make import NOW, Make

SOON = NOW + timedelta(minutes=5)
JUST_AFTER = SOON + timedelta(seconds=3)
TOO_LATE = SOON + timedelta(minutes=6)

SLIPS: dict[str, Callable[[Make, Ticket, Any], object]] = {
    "resolving": lambda make, ticket, by: ticket_status.resolve(ticket=ticket, by=by, now=SOON),
    "closing": lambda make, ticket, by: ticket_status.close(ticket=ticket, by=by, now=SOON),
    "spam": lambda make, ticket, by: ticket_status.mark_spam(ticket=ticket, by=by, now=SOON),
    "deleting": lambda make, ticket, by: ticket_status.delete(ticket=ticket, by=by, now=SOON),
    "a status": lambda make, ticket, by: ticket_status.set_status(
        ticket=ticket, status="on_hold", by=by, now=SOON
    ),
    "no reply needed": lambda make, ticket, by: ticket_status.mark_no_reply_needed(
        ticket=ticket, by=by, now=SOON
    ),
    "acknowledging": lambda make, ticket, by: assignment.acknowledge(ticket=ticket, by=by, now=SOON),
    "claiming": lambda make, ticket, by: assignment.claim(ticket=ticket, by=by, now=SOON),
    "a priority": lambda make, ticket, by: ticket_attributes.change_priority(
        ticket=ticket, priority="low", by=by, now=SOON
    ),
    "tags": lambda make, ticket, by: ticket_attributes.change_tags(
        ticket=ticket, tags=["x"], by=by, now=SOON
    ),
    "a tier": lambda make, ticket, by: ticket_attributes.change_tier(
        ticket=ticket, tier="vip", by=by, now=SOON
    ),
    "assigning": lambda make, ticket, by: assignment.assign(
        ticket=ticket, to=make.agent("colleague"), by=by, now=SOON
    ),
    "a queue": lambda make, ticket, by: ticket_attributes.change_queue(
        ticket=ticket, queue=_another_queue(make, by), by=by, now=SOON
    ),
    "a customer": lambda make, ticket, by: ticket_attributes.change_customer(
        ticket=ticket, customer=NewCustomer(email="maria@example.com", tier="vip"), by=by, now=SOON
    ),
    "a due time": lambda make, ticket, by: _promise(ticket, by),
    "a merge": lambda make, ticket, by: merging.merge(ticket=ticket, into=make.ticket(), by=by, now=SOON),
}


def _promise(ticket: Ticket, by: Agent) -> None:
    Membership.objects.filter(agent=by).update(role=Role.OVERSEER)
    manual_due_time.set_due_time(
        ticket=ticket, metric="resolution", due_at=TOO_LATE, reason="They fly tonight.", by=by, now=SOON
    )


def _another_queue(make: Make, agent: Agent) -> Queue:
    queue = make.queue("Returns")
    make.member(agent, queue=queue)
    return queue


def stands(ticket: Ticket) -> dict[str, object]:
    """All that is stored of a ticket, but for its count of events and their latest times."""
    counts = {"last_seq", "last_event_at", "updated_at"}
    [row] = Ticket.objects.filter(pk=ticket.pk).values()
    return {name: value for name, value in row.items() if name not in counts}


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
def test_what_is_undone_never_was(make: Make, slip: Callable[[Make, Ticket, Any], object]) -> None:
    ticket = make.ticket(tags=["refund"], priority="high")
    before = stands(ticket)
    slip(make, ticket, make.agent())
    done = stands(ticket)

    assert undo(ticket=ticket, by=make.agent(), now=JUST_AFTER)
    assert not undo(ticket=ticket, by=make.agent(), now=JUST_AFTER)

    is_seen = ticket.events.exclude(kind__in=["opened", "note_added", "due_time_set", "undone"]).exists()
    assert (stands(ticket), done != before) == (before, is_seen)
    undone = TicketEvent.objects.get(kind="undone", ticket=ticket)
    acts = ticket.events.filter(seq__gt=1, seq__lt=undone.seq).exclude(kind="note_added")
    assert undone.payload == {"seqs": list(acts.order_by("seq").values_list("seq", flat=True))}


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
def test_what_somebody_went_on_from_stays(make: Make, slip: Callable[[Make, Ticket, Any], object]) -> None:
    ticket = make.ticket(tags=["refund"], priority="high")
    slip(make, ticket, make.agent())
    add_note(ticket=ticket, author=make.agent("admin"), body="So be it.", now=JUST_AFTER)
    done = stands(ticket)

    with pytest.raises(NothingToUndo) as refused:
        undo(ticket=ticket, by=make.agent(), now=JUST_AFTER)

    said = str(refused.value)
    assert (stands(ticket), str(make.agent("admin")) in said, "since" in said) == (done, True, True)


def test_a_restoring_is_undone(make: Make, ticket: Ticket) -> None:
    ticket_status.delete(ticket=ticket, by=make.agent(), now=NOW)
    before = stands(ticket)
    ticket_status.restore(ticket=ticket, by=make.agent(), now=SOON)

    undo(ticket=ticket, by=make.agent(), now=JUST_AFTER)

    assert stands(ticket) == before


def test_whoever_has_acted_since_is_named(make: Make, ticket: Ticket) -> None:
    ticket_status.resolve(ticket=ticket, by=make.agent(), now=SOON)
    add_note(ticket=ticket, author=make.agent("colleague"), body="No.", now=SOON)

    with pytest.raises(ActedOnSince, match="\u2068Colleague\u2069 has done something"):
        undo(ticket=ticket, by=make.agent(), now=JUST_AFTER)


def test_a_hand_over_is_undone_with_what_it_took_along(make: Make, ticket: Ticket) -> None:
    assignment.claim(ticket=ticket, by=make.agent(), now=NOW)
    before = stands(ticket)
    returns = make.queue("Returns")
    overseer = make.agent("admin")
    ticket_attributes.change_queue(ticket=ticket, queue=returns, by=overseer, now=SOON)

    undo(ticket=ticket, by=overseer, now=JUST_AFTER)

    assert history(ticket)[-3:] == ["unassigned", "queue_changed", "undone"]
    assert stands(ticket) == before


def test_a_merge_is_undone_on_both_tickets_together(make: Make, ticket: Ticket) -> None:
    into = make.ticket(now=SOON)
    ticket_status.set_status(ticket=into, status="pending", by=make.agent("colleague"), now=SOON)
    before = stands(ticket), stands(into)
    merging.merge(ticket=ticket, into=into, by=make.agent(), now=SOON + timedelta(seconds=1))

    assert undo(ticket=ticket, by=make.agent(), now=JUST_AFTER)

    assert (stands(ticket), stands(into)) == before
    assert (history(ticket)[-1], history(into)[-1]) == ("undone", "undone")


@pytest.mark.parametrize("from_the_survivor", [False, True])
def test_a_merge_is_not_undone_once_something_has_happened_on_either(
    make: Make, ticket: Ticket, from_the_survivor: bool
) -> None:
    into = make.ticket()
    merging.merge(ticket=ticket, into=into, by=make.agent(), now=SOON)
    add_note(
        ticket=ticket if from_the_survivor else into, author=make.agent("colleague"), body="Hm.", now=SOON
    )

    with pytest.raises(NothingToUndo):
        undo(ticket=into if from_the_survivor else ticket, by=make.agent(), now=JUST_AFTER)
    assert Ticket.objects.get(pk=ticket.pk).status == Status.MERGED


def test_what_was_said_stays_said(make: Make, ticket: Ticket) -> None:
    reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=SOON, then=AfterReply.RESOLVE)

    undo(ticket=ticket, by=make.agent(), now=JUST_AFTER)

    assert TicketEvent.objects.get(kind="undone").payload == {"seqs": [4]}
    assert (stands(ticket)["status"], stands(ticket)["waiting_since"]) == (Status.NEW, None)
    assert Ticket.objects.get().assignee == make.agent()


def test_answering_is_not_undone_by_halves(make: Make, ticket: Ticket) -> None:
    ticket_status.set_status(ticket=ticket, status=Status.OPEN, by=make.agent(), now=NOW)
    reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=SOON)

    with pytest.raises(NothingToUndo):
        undo(ticket=ticket, by=make.agent(), now=JUST_AFTER)


def test_a_reply_alone_cannot_be_undone(make: Make, ticket: Ticket) -> None:
    add_note(ticket=ticket, author=make.agent(), body="Hm.", now=SOON)

    with pytest.raises(NothingToUndo):
        undo(ticket=ticket, by=make.agent(), now=JUST_AFTER)


def test_only_who_did_it_undoes_it_and_only_soon(make: Make, ticket: Ticket, settings: Settings) -> None:
    ticket_status.resolve(ticket=ticket, by=make.agent(), now=SOON)

    with pytest.raises(NothingToUndo):
        undo(ticket=ticket, by=make.agent("colleague"), now=JUST_AFTER)
    with pytest.raises(NothingToUndo):
        undo(ticket=ticket, by=make.agent(), now=TOO_LATE)
    with pytest.raises(NotAMember):
        undo(ticket=ticket, by=make.agent("outsider"), now=JUST_AFTER)
    settings.UNDO_WITHIN = timedelta(minutes=10)
    assert undo(ticket=ticket, by=make.agent(), now=TOO_LATE)


def test_history_and_openings_are_not_undone(make: Make) -> None:
    opened = make.ticket(by=make.agent(), outbound=True)
    past = make.ticket(imported=True)
    ticket_status.resolve(ticket=past, by=make.agent(), now=NOW, imported=True)

    for ticket in (opened, past):
        with pytest.raises(NothingToUndo):
            undo(ticket=ticket, by=make.agent(), now=NOW)


# Reopening right after a slip is undoing it.


@pytest.mark.parametrize(
    "reopen",
    [
        lambda ticket, by, now: ticket_status.reopen(ticket=ticket, by=by, now=now),
        lambda ticket, by, now: ticket_status.set_status(ticket=ticket, status="open", by=by, now=now),
    ],
)
@pytest.mark.parametrize("end", [ticket_status.resolve, ticket_status.close])
def test_to_reopen_what_one_ended_by_mistake_is_to_undo_it(
    make: Make, ticket: Ticket, end: Callable[..., bool], reopen: Callable[..., bool]
) -> None:
    ticket_status.set_status(ticket=ticket, status="pending", by=make.agent(), now=NOW)
    before = stands(ticket)
    end(ticket=ticket, by=make.agent(), now=SOON)

    assert reopen(ticket, make.agent(), JUST_AFTER)

    assert stands(ticket) == before
    assert history(ticket)[-1] == "undone"


def test_to_answer_and_wait_after_resolving_by_mistake_undoes_that_too(make: Make, ticket: Ticket) -> None:
    ticket_status.resolve(ticket=ticket, by=make.agent(), now=SOON)
    reply_in_public(ticket=ticket, author=make.agent(), body="Which?", now=JUST_AFTER, then=AfterReply.WAIT)

    answered = ["public_reply_sent", "assigned", "status_changed pending"]
    assert history(ticket)[1:] == ["resolved", "undone", *answered]


def test_anybody_else_reopens_and_so_does_who_is_late(make: Make) -> None:
    for who, now in (("colleague", JUST_AFTER), ("owner", TOO_LATE)):
        ticket = make.ticket()
        ticket_status.resolve(ticket=ticket, by=make.agent(), now=SOON)
        ticket_status.reopen(ticket=ticket, by=make.agent(who), now=now)
        assert history(ticket)[-1] == "reopened agent"


def test_after_the_customer_has_written_there_is_nothing_to_undo(make: Make, ticket: Ticket) -> None:
    ticket_status.resolve(ticket=ticket, by=make.agent(), now=SOON)
    receive_customer_message(ticket=ticket, body="No!", now=JUST_AFTER)

    with pytest.raises(NothingToUndo):
        undo(ticket=ticket, by=make.agent(), now=JUST_AFTER)
