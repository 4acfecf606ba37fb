"""The one way to change a ticket: under its lock, with an event for everything that happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from itertools import chain
from typing import Any

from django.utils.translation import gettext as _

from helpdesk.database.transaction import require_transaction
from helpdesk.models import Agent, Author, EventKind, Message, Status, Ticket, TicketEvent
from helpdesk.tickets import told_time
from helpdesk.tickets.event_relays import relay
from helpdesk.tickets.membership import require_member
from helpdesk.tickets.opening.customer_match import email_key
from helpdesk.tickets.state.silence import Silence
from helpdesk.tickets.state.ticket_state import TicketState
from helpdesk.tickets.state.ticket_story import after, comes_next, state_of, undone_seqs
from helpdesk.webhooks import webhook_facts
from helpdesk.webhooks.webhook_facts import ToldFact

TURNS = frozenset({EventKind.STATUS_CHANGED, EventKind.RESOLVED, EventKind.CLOSED, EventKind.REOPENED})
"""Kinds by which a ticket comes to stand otherwise than it did."""

LATECOMERS = TURNS | {
    EventKind.CUSTOMER_MESSAGE_RECEIVED,
    EventKind.PUBLIC_REPLY_SENT,
    EventKind.NOTE_ADDED,
    EventKind.ACKNOWLEDGED,
}
"""Kinds that keep their own time when we hear of them late, a turn only where it `is_overtaken` by nothing.
Everything else is never dated before what has already happened to the ticket."""

_UNBOUNDED = frozenset({EventKind.CUSTOMER_MESSAGE_RECEIVED, EventKind.NOTE_ADDED, EventKind.REPLY_BOUNCED})
"""Kinds that may be dated back however far: they keep no promise, and what takes one back is never dated before it."""

_OVERTAKES = TURNS | {EventKind.CUSTOMER_MESSAGE_RECEIVED, EventKind.MERGED_INTO, EventKind.VOIDED}


class TicketChange:
    """What is being done to one locked ticket; written down when `changing` is left."""

    def __init__(
        self, ticket: Ticket, *, now: datetime, by: Agent | None, author: Author | None, imported: bool
    ) -> None:
        self.ticket = ticket
        self.now = now
        self.by = by
        self.author = author or (Author.AGENT if by else Author.SYSTEM)
        self.imported = imported
        self.was, self.was_with = ticket.status, ticket.assignee_id
        self.state = TicketState.of(ticket)
        self.events: list[TicketEvent] = []
        self.messages: list[Message] = []
        self.is_witnessed = False
        """Whether a server bears witness of when it was, however long ago; nobody merely tells us."""
        self.claimed_until: datetime | None = None
        """When the ticket goes back to its queue unless something is done on it; null but for a claim."""
        self.came_by: Sequence[Ticket] = ()
        """The tickets that led to this one: each was merged into the next, or is gone on in it."""

    def record(
        self,
        kind: EventKind,
        *,
        occurred_at: datetime | None = None,
        message: Message | None = None,
        **payload: object,
    ) -> TicketEvent:
        """Add an event after the ticket's last one; raises what `told_time.told` raises."""
        at = self._dated(kind, occurred_at, pointer="/sent_at" if message else None)
        event = self._event(kind, at, message=message, payload=payload)
        self._add(event)
        return event

    def turn(self, status: Status, *, occurred_at: datetime | None = None) -> None:
        """Let a live ticket stand open, pending or on hold."""
        self.record(EventKind.STATUS_CHANGED, occurred_at=occurred_at, status=status)

    def notice(self, sentence: str) -> None:
        """Have something said to whoever asked for the change, beside what became of it."""
        self.ticket.noticed = (*self.ticket.noticed, sentence)

    @cached_property
    def by_the_customer(self) -> bool:
        """Whether the agent who acts is the customer who asked: nothing that they do answers themself."""
        return self.by is not None and email_key(self.by.email) == self.ticket.customer.email_key

    def is_overtaken(self, occurred_at: datetime | None) -> bool:
        """Tell whether a turn that was told for this time is overtaken by what is known of later, and notice it.

        By what the customer wrote, by another turn or end; what was undone, or sent by a machine, overtakes
        nothing.
        """
        if occurred_at is None:
            return False
        at = told_time.told(occurred_at, now=max(self.now, self.ticket.last_event_at))
        known = self.all_events() if at < self.ticket.last_event_at else []
        undone = undone_seqs(known)
        overtaken = any(
            event.occurred_at > at and event.kind in _OVERTAKES and not event.payload.get("automatic")
            for event in known
            if event.seq not in undone
        )
        if overtaken:
            self.notice(_("Something newer is known of this ticket: its status was left as it is."))
        return overtaken

    def said_at(self, sent_at: datetime | None) -> datetime:
        """Return when something was said: at its own time, else now or just after the latest event."""
        if sent_at is None:
            return max(self.now, self.ticket.last_event_at)
        return told_time.told(sent_at, now=self.now, pointer="/sent_at")

    def _dated(self, kind: EventKind, occurred_at: datetime | None, *, pointer: str | None) -> datetime:
        latest = self.ticket.last_event_at
        if occurred_at is None:
            return max(self.now, latest)
        is_bounded = kind not in _UNBOUNDED and not (self._is_history or self.is_witnessed)
        told = told_time.told_act if is_bounded else told_time.told
        at = told(occurred_at, now=max(self.now, latest), pointer=pointer)
        if at < latest:
            return max(at, self._opening.occurred_at) if kind in LATECOMERS else latest
        return at

    @cached_property
    def _is_history(self) -> bool:
        """Whether this is told of a ticket that is history itself: its clocks ring for nobody."""
        return self.imported and self._opening.imported

    @cached_property
    def _opening(self) -> TicketEvent:
        """Return how the ticket began: its clocks start then, and nothing on it happened before."""
        return TicketEvent.objects.get(ticket=self.ticket, seq=1)

    def _event(
        self, kind: EventKind, at: datetime, *, message: Message | None, payload: Mapping[str, object]
    ) -> TicketEvent:
        """Make the event that comes after the ticket's last one."""
        self.ticket.last_seq += 1
        seq = self.ticket.last_seq
        return TicketEvent(
            seq=seq, kind=kind, occurred_at=at, message=message, payload=payload, **self._alike
        )

    @property
    def _alike(self) -> dict[str, Any]:
        """Return the columns that are the same for all events of this change."""
        return {
            "ticket_id": self.ticket.pk,
            "store_id": self.ticket.store_id,
            "recorded_at": self.now,
            "imported": self._is_history,
            "actor_kind": self.author,
            "actor": self.by,
        }

    def _add(self, event: TicketEvent) -> None:
        """Let the event count; what reaches back is seen among all that has happened."""
        latest = self.ticket.last_event_at
        self.events.append(event)
        if comes_next(self.state, event, latest=latest):
            self.state = after(self.state, event)
        else:
            self.state = state_of(self.all_events())
        self.ticket.status = self.state.status
        self.ticket.begun = self.state.begun
        self.ticket.waiting_since = self.state.waiting_since
        self.ticket.unacknowledged_since = self.state.unacknowledged_since
        self.ticket.last_event_at = max(latest, event.occurred_at)

    def all_events(self) -> list[TicketEvent]:
        """Return all that has happened to the ticket, with what this change has done to it."""
        return [*self._stored_events(), *self.events]

    def _stored_events(self) -> Iterable[TicketEvent]:
        return TicketEvent.objects.filter(ticket=self.ticket)

    def write(self) -> None:
        """Save the ticket, what was said on it, and its new events."""
        if self.imported and not self._is_history:
            self.notice(_("This ticket is no history: its clocks count and ring as for what happens now."))
        if self._settles_the_claim:
            self.ticket.claim_ends_at = self.claimed_until
        self._settle_the_silence()
        self.ticket.save(force_update=True)
        Message.objects.bulk_create(self.messages)
        TicketEvent.objects.bulk_create(self.events)

    def _settle_the_silence(self) -> None:
        ticket = self.ticket
        silence = Silence(ticket.silent_since, ticket.reminded_at).after(self.state, self.events)
        ticket.silent_since, ticket.reminded_at = silence

    @property
    def _settles_the_claim(self) -> bool:
        """Whether the ticket has changed hands, or whoever has it has done something on it."""
        holder = self.ticket.assignee_id
        return holder != self.was_with or (self.by is not None and self.by.pk == holder)


@contextmanager
def changing(
    ticket: Ticket,
    *,
    now: datetime,
    by: Agent | None = None,
    author: Author | None = None,
    imported: bool = False,
) -> Iterator[TicketChange]:
    """Lock the ticket, refresh it in place, and write what is recorded when the block is left.

    Nothing is written where nothing was recorded. An agent who acts must be a member of the ticket's
    queue (`NotAMember`), unless history is imported. `author` defaults to agent, or system without one.
    """
    with changing_all(ticket, now=now, by=by, author=author, imported=imported) as [change]:
        yield change


@contextmanager
def changing_all(
    *tickets: Ticket, now: datetime, by: Agent | None, author: Author | None = None, imported: bool = False
) -> Iterator[list[TicketChange]]:
    """Change several tickets together, locked by ascending id, relayed in one call."""
    require_transaction()
    for ticket in sorted(tickets, key=lambda each: each.pk):
        _lock(ticket)
    with _changing_locked(tickets, now=now, by=by, author=author, imported=imported) as changes:
        yield changes


@contextmanager
def changing_onward(
    ticket: Ticket,
    onward: Callable[[Ticket], Ticket | None],
    *,
    now: datetime,
    by: Agent | None = None,
    author: Author | None = None,
    imported: bool = False,
) -> Iterator[TicketChange]:
    """Change the last ticket to which `onward` leads from this one, each asked of under its lock."""
    way = _lock_along(ticket, onward)
    with _changing_locked(way[-1:], now=now, by=by, author=author, imported=imported) as [change]:
        change.came_by = way[:-1]
        yield change


@contextmanager
def changing_along(
    ticket: Ticket, onward: Callable[[Ticket], Ticket | None], *, now: datetime
) -> Iterator[list[TicketChange]]:
    """Change a ticket and all to which `onward` leads from it, in this order, each asked of under its lock."""
    way = _lock_along(ticket, onward)
    with _changing_locked(way, now=now, by=None, author=None, imported=False) as changes:
        yield changes


def _lock_along(ticket: Ticket, onward: Callable[[Ticket], Ticket | None]) -> list[Ticket]:
    require_transaction()
    way = [ticket]
    _lock(ticket)
    while (further := onward(way[-1])) is not None:
        way.append(further)
        _lock(further)
    return way


@contextmanager
def _changing_locked(
    tickets: Sequence[Ticket], *, now: datetime, by: Agent | None, author: Author | None, imported: bool
) -> Iterator[list[TicketChange]]:
    if by is not None and not imported:
        for queue_id in {ticket.queue_id for ticket in tickets}:
            require_member(by, queue_id=queue_id)
    changes = [TicketChange(ticket, now=now, by=by, author=author, imported=imported) for ticket in tickets]
    yield changes
    _write([change for change in changes if change.events], now=now)


def _lock(ticket: Ticket) -> None:
    """Lock the ticket and refresh it in place, with its customer.

    Whoever had it locked may have given it another customer. Then nothing is found beside the one that it had when it
    was asked for: it is locked all the same, and found at the second look.
    """
    with_customer = Ticket.objects.select_related("customer").select_for_update(no_key=True, of=("self",))
    try:
        ticket.refresh_from_db(from_queryset=with_customer)
    except Ticket.DoesNotExist:
        ticket.refresh_from_db(from_queryset=with_customer)
    ticket.noticed = ()


def _write(changes: Sequence[TicketChange], *, now: datetime) -> None:
    for change in changes:
        change.write()
    webhook_facts.note(chain.from_iterable(map(_facts, changes)), now=now)
    relay([change.ticket for change in changes], now=now)


def _facts(change: TicketChange) -> Iterable[ToldFact]:
    """Return what subscriptions are told of a change: nothing of history."""
    if change.imported:
        return ()
    return webhook_facts.of_events(change.ticket, change.events, was=change.was, by=change.author)
