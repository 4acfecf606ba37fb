"""How a ticket was put off, by the events that were known of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from helpdesk.models import EventKind
from helpdesk.tickets.state.dated_fact import awaits_order, makes_wait
from helpdesk.tickets.state.ticket_story import undone_seqs
from monitor.past.known_event import KnownEvent

_ANEW: Final = frozenset({EventKind.SNOOZED, EventKind.SNOOZE_ENDED, EventKind.ABSORBED})
"""Kinds of which an undoing lets the ticket be put off by all that is told without them."""


class SnoozeThen(NamedTuple):
    """A ticket that was put off, by whom and until when; `woken_at`: what was waited for had come."""

    agent_id: int
    snoozed_at: datetime
    until: datetime | None
    awaits_order: bool
    woken_at: datetime | None

    def is_asleep(self, now: datetime) -> bool:
        return self.woken_at is None and (self.until is None or self.until > now)


def snooze_of(events: Sequence[KnownEvent]) -> SnoozeThen | None:
    """Return how the ticket was put off after these events, in the order in which they became known."""
    if not any(event.kind == EventKind.SNOOZED for event in events):
        return None
    found: SnoozeThen | None = None
    for place, event in enumerate(events):
        known = events[: place + 1]
        if event.kind in _AFTER:
            found = _AFTER[event.kind](found, known)
        elif found and found.is_asleep(event.recorded_at) and _holder(known) is not None:
            found = _woken(found, event)
    return found


def _holder(events: Sequence[KnownEvent]) -> int | None:
    undone = undone_seqs(events)
    handed = (event for event in reversed(events) if event.kind in (EventKind.ASSIGNED, EventKind.UNASSIGNED))
    return next((event.payload.get("agent") for event in handed if event.seq not in undone), None)


def _takes_back_some(undoing: KnownEvent, events: Sequence[KnownEvent]) -> bool:
    return any(event.seq in undoing.payload["seqs"] and event.kind in _ANEW for event in events)


def _after_undoing(found: SnoozeThen | None, known: Sequence[KnownEvent]) -> SnoozeThen | None:
    return _as_told(known) if _takes_back_some(known[-1], known) else found


_AFTER: Final[Mapping[str, Callable[[SnoozeThen | None, Sequence[KnownEvent]], SnoozeThen | None]]] = {
    EventKind.SNOOZED: lambda _found, known: _begun(known[-1]),
    EventKind.SNOOZE_ENDED: lambda _found, _known: None,
    EventKind.UNDONE: _after_undoing,
}
"""What becomes of a snooze by events that speak of it themselves, the last of those that are known."""


def _begun(event: KnownEvent) -> SnoozeThen | None:
    if event.actor_id is None:
        return None
    until = event.payload["until"] and datetime.fromisoformat(event.payload["until"])
    return SnoozeThen(event.actor_id, event.recorded_at, until, awaits_order(event), None)


def _woken(found: SnoozeThen, event: KnownEvent) -> SnoozeThen:
    """Return what an event makes of a ticket that is put off: whoever asks anew ends it, and so does awaited news."""
    if event.kind == EventKind.ORDER_CHANGED:
        return found._replace(woken_at=event.recorded_at) if found.awaits_order else found
    if not _ends(event):
        return found
    return found._replace(woken_at=event.recorded_at, awaits_order=False)


def _ends(event: KnownEvent) -> bool:
    return event.kind == EventKind.REPLY_BOUNCED or makes_wait(event)


def _as_told(events: Sequence[KnownEvent]) -> SnoozeThen | None:
    """Return what is told without what was undone, as the undoing itself has kept it."""
    undone, last = undone_seqs(events), None
    for event in events:
        if event.seq in undone:
            continue
        if event.kind == EventKind.SNOOZED:
            last = event
        elif last is not None and _is_over(event, last):
            last = None
    found = _begun(last) if last else None
    is_to_come = found is not None and (found.until is None or found.until > events[-1].recorded_at)
    return found if is_to_come else None


def _is_over(event: KnownEvent, put_off: KnownEvent) -> bool:
    if event.kind == EventKind.ORDER_CHANGED:
        return awaits_order(put_off)
    return event.kind == EventKind.SNOOZE_ENDED or _ends(event)
