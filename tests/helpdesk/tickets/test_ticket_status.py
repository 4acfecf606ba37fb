"""How a ticket stands, ends and comes back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.conversation.replies import receive_customer_message, reply_in_public
from helpdesk.models import Author, Status, Ticket, TicketEvent
from helpdesk.tickets.ended_ticket import TicketEnded
from helpdesk.tickets.ticket_status import (
    UnknownStatus,
    close,
    delete,
    mark_no_reply_needed,
    mark_spam,
    reopen,
    resolve,
    restore,
    set_status,
)
from tests.helpdesk.desk import history
from tests.make import NOW, Make

SOON = NOW + timedelta(minutes=5)


@pytest.mark.parametrize("status", ["open", "pending", "on_hold"])
def test_a_ticket_stands_as_it_is_told(make: Make, ticket: Ticket, status: str) -> None:
    assert set_status(ticket=ticket, status=status, by=make.agent(), now=SOON)
    assert not set_status(ticket=ticket, status=status, by=make.agent(), now=SOON)

    assert history(ticket) == ["opened", f"status_changed {status}"]
    assert Ticket.objects.get().status == status


def test_resolved_and_closed_are_told_likewise(make: Make, ticket: Ticket) -> None:
    set_status(ticket=ticket, status="resolved", by=make.agent(), now=SOON)
    set_status(ticket=ticket, status="closed", by=make.agent(), now=SOON)
    set_status(ticket=ticket, status="pending", by=make.agent("colleague"), now=SOON)
    resolve(ticket=ticket, by=None, now=SOON)
    set_status(ticket=ticket, status="open", by=make.agent(), now=SOON)

    assert history(ticket)[1:] == [
        "resolved",
        "closed agent",
        "reopened agent",
        "status_changed pending",
        "resolved",
        "reopened agent",
    ]


@pytest.mark.parametrize("status", ["new", "merged", "spam", "deleted", "snoozed", ""])
def test_other_statuses_cannot_be_chosen(make: Make, ticket: Ticket, status: str) -> None:
    with pytest.raises(UnknownStatus) as refused:
        set_status(ticket=ticket, status=status, by=make.agent(), now=SOON)
    assert refused.value.pointer == "/status"


def test_a_ticket_is_resolved_once(make: Make, ticket: Ticket) -> None:
    assert resolve(ticket=ticket, by=make.agent(), now=SOON)
    assert not resolve(ticket=ticket, by=make.agent(), now=SOON)

    assert history(ticket) == ["opened", "resolved"]


@pytest.mark.parametrize(
    ("by_agent", "by_customer", "said"),
    [(True, False, "agent"), (False, True, "customer"), (False, False, "system")],
)
def test_who_closes_a_ticket_is_told(
    make: Make, ticket: Ticket, by_agent: bool, by_customer: bool, said: str
) -> None:
    by = make.agent() if by_agent else None
    assert close(ticket=ticket, by=by, by_customer=by_customer, now=SOON)
    assert not close(ticket=ticket, by=by, by_customer=by_customer, now=SOON)

    assert history(ticket) == ["opened", f"closed {said}"]


def test_a_resolved_ticket_comes_back(make: Make, ticket: Ticket) -> None:
    assert not reopen(ticket=ticket, by=make.agent(), now=SOON)
    resolve(ticket=ticket, by=make.agent(), now=SOON)
    assert reopen(ticket=ticket, by=None, now=SOON)

    assert history(ticket) == ["opened", "resolved", "reopened customer"]
    assert Ticket.objects.get().status == Status.OPEN
    assert TicketEvent.objects.get(kind="reopened").actor_kind == Author.CUSTOMER


def test_a_closed_ticket_comes_back_for_an_agent_only(make: Make, ticket: Ticket) -> None:
    close(ticket=ticket, by=make.agent(), now=SOON)

    with pytest.raises(TicketEnded):
        reopen(ticket=ticket, by=None, now=SOON)
    with pytest.raises(TicketEnded):
        resolve(ticket=ticket, by=make.agent(), now=SOON)
    assert reopen(ticket=ticket, by=make.agent(), now=SOON)


def test_a_thank_you_needs_no_reply(make: Make, ticket: Ticket) -> None:
    reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=NOW)
    assert not mark_no_reply_needed(ticket=ticket, by=make.agent(), now=SOON)

    receive_customer_message(ticket=ticket, body="Thanks!", now=SOON)
    assert mark_no_reply_needed(ticket=ticket, by=make.agent(), now=SOON)
    assert not mark_no_reply_needed(ticket=ticket, by=make.agent(), now=SOON)
    assert history(ticket)[-1] == "no_reply_needed_marked"


@pytest.mark.parametrize(("verb", "status"), [(mark_spam, "spam"), (delete, "deleted")])
@pytest.mark.parametrize("before", ["new", "open", "pending", "resolved", "closed"])
def test_what_is_put_aside_comes_back_as_it_stood(
    make: Make, ticket: Ticket, verb: type, status: str, before: str
) -> None:
    if before != "new":
        set_status(ticket=ticket, status=before, by=make.agent(), now=NOW)

    assert not restore(ticket=ticket, by=make.agent(), now=SOON)
    assert verb(ticket=ticket, by=make.agent(), now=SOON)
    assert not verb(ticket=ticket, by=make.agent(), now=SOON)
    assert Ticket.objects.get().status == status
    assert restore(ticket=ticket, by=make.agent(), now=SOON)

    assert history(ticket)[-2:] == [f"voided {status}", "restored"]
    assert Ticket.objects.get().status == before


def test_spam_may_be_deleted_and_both_be_undone(make: Make, ticket: Ticket) -> None:
    mark_spam(ticket=ticket, by=make.agent(), now=SOON)
    delete(ticket=ticket, by=make.agent(), now=SOON)
    restore(ticket=ticket, by=make.agent(), now=SOON)

    assert history(ticket) == ["opened", "voided spam", "voided deleted", "restored"]
    assert Ticket.objects.get().status == Status.NEW


@pytest.mark.parametrize("verb", [resolve, close, reopen])
def test_spam_neither_ends_nor_comes_back_otherwise(make: Make, ticket: Ticket, verb: type) -> None:
    mark_spam(ticket=ticket, by=make.agent(), now=SOON)

    with pytest.raises(TicketEnded):
        verb(ticket=ticket, by=make.agent(), now=SOON)
