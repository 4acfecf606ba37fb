"""What a ticket was by the events that were known of it: how it stood, whose it was, and how it was sorted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from helpdesk.models import EventKind
from helpdesk.tickets.state.ticket_state import TicketState
from helpdesk.tickets.state.ticket_story import state_of, undone_seqs
from monitor.past.known_event import KnownEvent
from monitor.past.snooze_then import SnoozeThen, snooze_of

DECIDING: Final[Mapping[str, tuple[str, str]]] = {
    EventKind.ASSIGNED: ("assignee", "agent"),
    EventKind.UNASSIGNED: ("assignee", "agent"),
    EventKind.QUEUE_CHANGED: ("queue", "queue"),
    EventKind.PRIORITY_CHANGED: ("priority", "priority"),
    EventKind.TAGS_CHANGED: ("tags", "tags"),
    EventKind.TIER_CHANGED: ("tier", "tier"),
    EventKind.TOPIC_CHANGED: ("topic", "topic"),
    EventKind.MERGED_INTO: ("merged_into", "ticket"),
    EventKind.CUSTOMER_CHANGED: ("customer", "customer"),
}
"""What a kind of event decides of its ticket, and what it is called in the payload."""


class TicketThen(NamedTuple):
    """A ticket as it was: by its last event that was known, and no other."""

    ticket_id: int
    state: TicketState
    queue_id: int
    assignee_id: int | None
    priority: str
    tier: str
    tags: Sequence[str]
    topic_id: int | None
    merged_into_id: int | None
    customer_id: int | None
    last_seq: int
    last_event_at: datetime
    changed_at: datetime
    snooze: SnoozeThen | None


def ticket_then(ticket_id: int, events: Sequence[KnownEvent]) -> TicketThen:
    """Return what these events, all that were known, come to; the opening is the first of them.

    `customer_id` is null where nobody had given the ticket to another customer.
    """
    undone = undone_seqs(events)
    told = [event for event in events if event.seq not in undone]
    decided = _decided(told)
    state = state_of(events)
    return TicketThen(
        ticket_id,
        state,
        decided["queue"],
        decided.get("assignee"),
        decided["priority"],
        decided.get("tier") or "",
        decided.get("tags") or (),
        decided.get("topic"),
        decided.get("merged_into") if state.status == "merged" else None,
        decided.get("customer") or _first_customer(events),
        events[-1].seq,
        max(event.occurred_at for event in events),
        events[-1].recorded_at,
        snooze_of(events),
    )


def _first_customer(events: Iterable[KnownEvent]) -> int | None:
    """Return whose the ticket was before anybody had given it to somebody else, where somebody had."""
    given = (event.payload["before"] for event in events if event.kind == EventKind.CUSTOMER_CHANGED)
    return next(given, None)


def _decided(told: Iterable[KnownEvent]) -> dict[str, Any]:
    """Return what was decided last of each thing, after what the opening said."""
    decided: dict[str, Any] = {}
    for event in told:
        if event.kind == EventKind.OPENED:
            decided = dict(event.payload) | decided
        elif event.kind in DECIDING:
            name, called = DECIDING[event.kind]
            decided[name] = event.payload.get(called)
    return decided
