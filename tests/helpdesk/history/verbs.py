"""Telling a conversation of the past the long way: opened, and then verb by verb."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from helpdesk.conversation import replies
from helpdesk.history import past_facts
from helpdesk.history.conversation_writer import PastConversation
from helpdesk.models import Store, Ticket
from helpdesk.refusal import Refused
from helpdesk.tickets import assignment, ticket_status
from helpdesk.tickets.opening import opening


def tell(conversation: PastConversation, *, store: Store, now: datetime) -> tuple[Ticket, list[bool]]:
    """Return the ticket, and of each fact whether it changed anything."""
    [opened] = opening.open_tickets(
        [conversation.opening], store=store, now=now, first_words=[conversation.first_word]
    )
    ticket = opened.ticket
    assert ticket
    return ticket, [_changes(ticket, fact, now=now) for fact in conversation.facts]


def _changes(ticket: Ticket, fact: past_facts.PastFact, *, now: datetime) -> bool:
    before = ticket.last_seq
    try:
        with transaction.atomic():
            _do(ticket, fact, now)
    except Refused:
        return False
    return ticket.last_seq > before


def _do(ticket: Ticket, fact: past_facts.PastFact, now: datetime) -> None:
    if isinstance(fact, past_facts.PastMessage):
        _say(ticket, fact, now)
    else:
        _act(ticket, fact, now)


def _say(ticket: Ticket, fact: past_facts.PastMessage, now: datetime) -> None:
    said: dict[str, Any] = {
        "ticket": ticket,
        "body": fact.body,
        "now": now,
        "sent_at": fact.at,
        "imported": True,
    }
    named: dict[str, Any] = {**said, "external_id": fact.external_id}
    match fact:
        case past_facts.CustomerWrote(automatic=automatic):
            replies.receive_customer_message(**named, automatic=automatic)
        case past_facts.AgentReplied(by=by, then=then):
            replies.reply_in_public(**named, author=by, then=then)
        case past_facts.BotReplied(name=name):
            replies.reply_as_bot(**named, author_name=name)
        case past_facts.ReceiptSent():
            replies.send_automatically(**named)
        case past_facts.NoteWritten(by=by, name=name):
            replies.add_note(**named, author=by, author_name=name)


def _act(ticket: Ticket, fact: past_facts.PastFact, now: datetime) -> None:
    done: dict[str, Any] = {
        "ticket": ticket,
        "now": now,
        "occurred_at": fact.at,
        "imported": True,
        "by": fact.by,
    }
    match fact:
        case past_facts.TakenInHand():
            assignment.acknowledge(**done)
        case past_facts.Claimed():
            assignment.claim(**done)
        case past_facts.HandedTo(to=to):
            assignment.assign(**done, to=to)
        case past_facts.PutBack():
            assignment.unassign(**done)
        case past_facts.StatusSet(status=status):
            ticket_status.set_status(**done, status=status)
        case past_facts.ClosedByCustomer():
            ticket_status.close(**done, by_customer=True)
        case past_facts.BroughtBack():
            ticket_status.reopen(**done)
