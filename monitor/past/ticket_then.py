"""What a ticket was by the events that were known of it: how it stood, whose it was, and how it was sorted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, TypedDict

from helpdesk.models import EventKind, Status
from helpdesk.tickets.state.ticket_state import TicketState, opened
from helpdesk.tickets.state.ticket_story import after, comes_next, state_of
from monitor.past.known_event import KnownEvent, undone_of
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
    """A ticket as it was; `customer_id` is null where nobody had given it to another customer."""

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
    """Return what these events, all that were known, come to; the opening is the first of them."""
    state, decided = _state(events), _decided(events)
    return TicketThen(
        ticket_id,
        state,
        **_sorted_by(decided),
        assignee_id=decided.get("assignee"),
        merged_into_id=decided.get("merged_into") if state.status == Status.MERGED else None,
        customer_id=decided.get("customer") or _first_customer(events),
        **_latest(events),
        snooze=snooze_of(events),
    )


def _state(events: Sequence[KnownEvent]) -> TicketState:
    """Return how the ticket stood: event by event, as far as none reaches back, or else by all of them."""
    first, *others = events
    if first.payload.get("automatic"):
        return state_of(events)
    state, latest = opened(first.occurred_at, initiated_by=first.payload["initiated_by"]), first.occurred_at
    for event in others:
        if not comes_next(state, event, latest=latest):
            return state_of(events)
        state, latest = after(state, event), max(latest, event.occurred_at)
    return state


class _Sorted(TypedDict):
    queue_id: int
    priority: str
    tier: str
    tags: Sequence[str]
    topic_id: int | None


def _sorted_by(decided: Mapping[str, Any]) -> _Sorted:
    return _Sorted(
        queue_id=decided["queue"],
        priority=decided["priority"],
        tier=decided.get("tier") or "",
        tags=decided.get("tags") or (),
        topic_id=decided.get("topic"),
    )


class _Latest(TypedDict):
    last_seq: int
    last_event_at: datetime
    changed_at: datetime


def _latest(events: Sequence[KnownEvent]) -> _Latest:
    latest, last = max(event.occurred_at for event in events), events[-1]
    return _Latest(last_seq=last.seq, last_event_at=latest, changed_at=last.recorded_at)


def _first_customer(events: Iterable[KnownEvent]) -> int | None:
    """Return whose the ticket was before anybody had given it to somebody else, where somebody had."""
    given = (event.payload["before"] for event in events if event.kind == EventKind.CUSTOMER_CHANGED)
    return next(given, None)


def _decided(events: Sequence[KnownEvent]) -> dict[str, Any]:
    """Return what was decided last of each thing, after what the opening said; what was undone decides nothing."""
    undone, decided = undone_of(events), dict(events[0].payload)
    for event in events:
        if event.kind in DECIDING and event.seq not in undone:
            name, called = DECIDING[event.kind]
            decided[name] = event.payload.get(called)
    return decided
