"""An event as the past reads it: with who did it, and whether the clocks had counted it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from helpdesk.models import EventKind
from helpdesk.tickets.state.ticket_story import undone_seqs
from monitor.clock.corrections import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEvent(Event):
    """An event that was known at a moment; `counted`: a relay had applied it by then."""

    actor_id: int | None
    counted: bool


def undone_of(events: Sequence[KnownEvent]) -> set[int]:
    """Return, by seq, what never was, here; of nearly every ticket that is nothing, and quickly told."""
    undoes = any(event.kind in (EventKind.UNDONE, EventKind.SPLIT_OFF) for event in events)
    return undone_seqs(events) if undoes else set()
