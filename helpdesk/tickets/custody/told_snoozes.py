"""How a ticket is put off by what is told of it: as it was before, where an act that changed that is undone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from helpdesk.models import EventKind, Snooze, TicketEvent
from helpdesk.tickets.state.dated_fact import awaits_order, makes_wait
from helpdesk.tickets.state.ticket_story import undone_seqs
from helpdesk.tickets.ticket_change import TicketChange

_ENDS: Final = frozenset({EventKind.SNOOZE_ENDED, EventKind.REPLY_BOUNCED})


def put_off_as_told(change: TicketChange) -> None:
    """Let the ticket be put off as what has happened to it says, and nobody have it put off where that says nothing."""
    told = change.all_events()
    undone = undone_seqs(told)
    last = _last(event for event in told if event.seq not in undone)
    Snooze.objects.filter(ticket=change.ticket).delete()
    if last is None:
        return
    until = last.payload["until"] and datetime.fromisoformat(last.payload["until"])
    if until is None or until > change.now:
        row: dict[str, Any] = {"agent_id": last.actor_id, "snoozed_at": last.recorded_at, "until": until}
        Snooze.objects.create(ticket=change.ticket, awaits_order=awaits_order(last), **row)


def _last(told: Iterable[TicketEvent]) -> TicketEvent | None:
    """Return by which event the ticket is put off, if by any."""
    last = None
    for event in told:
        if event.kind == EventKind.SNOOZED:
            last = event
        elif last is not None and _ends(event, last):
            last = None
    return last


def _ends(event: TicketEvent, put_off: TicketEvent) -> bool:
    if event.kind == EventKind.ORDER_CHANGED:
        return awaits_order(put_off)
    return event.kind in _ENDS or makes_wait(event)
