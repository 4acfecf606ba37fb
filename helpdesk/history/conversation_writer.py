"""Writing whole conversations: hundreds of tickets with all that happened to them, in a few statements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import Enum

import msgspec

from helpdesk.database.transaction import require_transaction
from helpdesk.history import history_rows
from helpdesk.history.past_facts import PastFact, PastMessage
from helpdesk.history.past_ticket import PastTicket, past_tickets
from helpdesk.input.visible_text import Scissors
from helpdesk.models import Queue, Store, Ticket
from helpdesk.refusal import Refused
from helpdesk.tickets import told_time
from helpdesk.tickets.event_relays import relay, relayed_together
from helpdesk.tickets.opening.draft import fitting_body
from helpdesk.tickets.opening.first_word import FirstWord
from helpdesk.tickets.opening.new_ticket import NewTicket
from helpdesk.tickets.opening.opening import Opened, open_tickets


class PastConversation(msgspec.Struct, kw_only=True, frozen=True):
    """What opened a ticket, whose word that was, and what happened to it then, in order."""

    opening: NewTicket
    first_word: FirstWord = FirstWord()
    facts: tuple[PastFact, ...] = ()


class Retold(Enum):
    """What became of a fact that was not refused."""

    ADDED = "added"
    KNOWN = "known"
    DIFFERS = "differs"
    """Known by its id, and there with another text, which was not changed."""


class WrittenConversation(msgspec.Struct, frozen=True):
    """What became of a conversation: its opening, what that said first, and each of its facts in order.

    Of one whose opening was refused there is no ticket, and nothing was told.
    """

    opened: Opened
    first: Retold = Retold.ADDED
    facts: tuple[Retold | Refused, ...] = ()

    @property
    def ticket(self) -> Ticket | None:
        return self.opened.ticket


def write_conversations(
    conversations: Sequence[PastConversation], *, store: Store, now: datetime, queue: Queue | None = None
) -> list[WrittenConversation]:
    """Write conversations as imported history and return what became of each, in order.

    The number of statements does not depend on how many there are, nor on how long they are. The rules are
    those of the verbs, and so are the tickets, events and clocks; a fact that is refused keeps no other out.
    Safe to repeat: a ticket that is there under its external id gets the messages that it has not got, and
    of all else what happened after the last thing that it knew of.
    """
    require_transaction()
    with relayed_together(now=now):
        openings = [
            msgspec.structs.replace(conversation.opening, imported=True) for conversation in conversations
        ]
        words = [conversation.first_word for conversation in conversations]
        opened = open_tickets(openings, store=store, now=now, first_words=words, queue=queue)
        pasts = past_tickets(opened, words)
        written = [
            _tell(conversation, one, pasts, now=now)
            for conversation, one in zip(conversations, opened, strict=True)
        ]
        relay(history_rows.write(list(pasts.values())), now=now)
    return written


def _tell(
    conversation: PastConversation, opened: Opened, pasts: dict[int, PastTicket], *, now: datetime
) -> WrittenConversation:
    if opened.ticket is None:
        return WrittenConversation(opened)
    past, message = pasts[opened.ticket.pk], conversation.opening.message
    if opened.created and message.external_id is not None:
        past.said[message.external_id] = _as_kept(message.body)
    first = Retold.ADDED if opened.created else _known_as(message.external_id, message.body, past)
    facts = tuple(_tell_one(fact, past, now=now) for fact in conversation.facts)
    past.told_until = past.ticket.last_event_at  # for whoever tells of the same ticket again
    return WrittenConversation(msgspec.structs.replace(opened, ticket=past.ticket), first, facts)


def _tell_one(fact: PastFact, past: PastTicket, *, now: datetime) -> Retold | Refused:
    if _is_known(fact, past):
        return _known_as(fact.external_id, fact.body, past) if isinstance(fact, PastMessage) else Retold.KNOWN
    change = fact.begin(past, now=now)
    try:
        told_time.told(fact.at, now=now)
        fact.happen(change)
    except Refused as refusal:
        return refusal
    past.keep(change)
    return Retold.ADDED if change.events else Retold.KNOWN


def _is_known(fact: PastFact, past: PastTicket) -> bool:
    if fact.external_id is not None:
        return fact.external_id in past.said
    return past.told_until is not None and fact.at <= past.told_until


def _known_as(external_id: str | None, body: str, past: PastTicket) -> Retold:
    """Tell whether what is known by its id says the same; what was erased says nothing else."""
    said = past.said.get(external_id or "") or None
    return Retold.KNOWN if said in (None, _as_kept(body)) else Retold.DIFFERS


def _as_kept(body: str) -> str:
    return fitting_body(body, Scissors(), pointer="")
