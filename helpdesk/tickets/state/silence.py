"""Since when a ticket that waits for its customer is silent, and whether they were reminded of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

from helpdesk.models import EventKind, Status, TicketEvent
from helpdesk.tickets.state.ticket_state import TicketState


class Silence(NamedTuple):
    """Both are null where somebody waits for us, and where nobody can have heard us."""

    since: datetime | None
    reminded_at: datetime | None

    def after(self, state: TicketState, events: Iterable[TicketEvent]) -> Silence:
        """Return the silence once these events have led to this state: any word, and any turn, begins it anew."""
        events = list(events)
        if state.status != Status.PENDING or state.waiting_since is not None:
            return NO_SILENCE
        if any(event.imported or event.kind == EventKind.REPLY_BOUNCED for event in events):
            return NO_SILENCE
        begun = [event.occurred_at for event in events if _breaks_it(event)]
        if not begun:
            return self
        return Silence(max(begun) if self.since is None else max(self.since, *begun), None)


def _breaks_it(event: TicketEvent) -> bool:
    return event.kind in _BREAKING and not event.payload.get("automatic")


NO_SILENCE: Final = Silence(None, None)

_BREAKING: Final = frozenset(
    {
        EventKind.CUSTOMER_MESSAGE_RECEIVED,
        EventKind.PUBLIC_REPLY_SENT,
        EventKind.NOTE_ADDED,
        EventKind.STATUS_CHANGED,
        EventKind.REOPENED,
        EventKind.NO_REPLY_NEEDED_MARKED,
        EventKind.QUEUE_CHANGED,
        EventKind.CUSTOMER_CHANGED,
        EventKind.ABSORBED,
        EventKind.SPLIT_OFF,
        EventKind.RESTORED,
        EventKind.UNDONE,
    }
)
