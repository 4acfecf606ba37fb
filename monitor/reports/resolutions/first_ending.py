"""When a ticket was first resolved, and first reopened after it: what its events say once corrections are heeded."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from monitor.clock.corrections import STANDINGS, Event, find_dropped, find_taken_back, place

ENDINGS: Final = frozenset({"resolved", "closed"})
HEEDED: Final = frozenset({
    "opened", "customer_message_received", "undone", "split_off", "merged_into", "voided", "restored", *STANDINGS,
})  # fmt: skip
"""The kinds of events that are looked at."""


class FirstEnding(NamedTuple):
    """When a ticket was first resolved, and when it was first reopened after that."""

    resolved_at: datetime
    reopened_at: datetime | None


def first_ending(events: Sequence[Event], *, thanks: Collection[int]) -> FirstEnding | None:
    """Return when a ticket was first resolved, None where it never was; closed by its customer is not resolved.

    `events` are those of the kinds `HEEDED`; `thanks` are messages of which an agent said that they need no reply:
    what they reopened is as if it had stayed resolved.
    """
    counted = list(_counted(events))
    ended = next((at for at, event in counted if _is_resolved(event)), None)
    if ended is None:
        return None
    later = (
        at for at, event in counted if at >= ended and event.kind == "reopened" and not _is_of(event, thanks)
    )
    return FirstEnding(ended, next(later, None))


def _counted(events: Sequence[Event]) -> Iterator[tuple[datetime, Event]]:
    """Yield events in order that were neither taken back nor overtaken by what was there already."""
    placed = place(events)
    taken_back = find_taken_back(placed)
    without = {*taken_back, *find_dropped(placed, taken_back)}
    return ((at, event) for at, event in placed if event.seq not in without)


def _is_resolved(event: Event) -> bool:
    return event.kind in ENDINGS and event.payload.get("by") != "customer"


def _is_of(reopening: Event, messages: Collection[int]) -> bool:
    return reopening.payload.get("message_seq") in messages
