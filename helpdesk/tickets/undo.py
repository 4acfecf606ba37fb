"""Undoing a slip: what somebody did last on a ticket, taken back as if it had never been done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from helpdesk.input.visible_text import isolated
from helpdesk.models import (
    Agent,
    Author,
    EventKind,
    Ticket,
    TicketEvent,
)
from helpdesk.refusal import Conflict
from helpdesk.tickets import taken_back
from helpdesk.tickets.taken_back import COLUMNS
from helpdesk.tickets.ticket_change import TicketChange, changing_all

ENDS: Final = frozenset({EventKind.RESOLVED, EventKind.CLOSED})
_SAID: Final = frozenset(
    {EventKind.PUBLIC_REPLY_SENT, EventKind.NOTE_ADDED, EventKind.CUSTOMER_MESSAGE_RECEIVED}
)
UNDOABLE: Final = ENDS | {
    *COLUMNS,
    EventKind.CUSTOMER_CHANGED,
    EventKind.STATUS_CHANGED,
    EventKind.REOPENED,
    EventKind.ACKNOWLEDGED,
    EventKind.NO_REPLY_NEEDED_MARKED,
    EventKind.SNOOZED,
    EventKind.SNOOZE_ENDED,
    EventKind.MERGED_INTO,
    EventKind.ABSORBED,
    EventKind.SPLIT_OFF,
    EventKind.VOIDED,
    EventKind.RESTORED,
    EventKind.DUE_TIME_SET,
    EventKind.DUE_TIME_CLEARED,
}
"""What the fold can do without; of what was said, and what became of it, nothing is."""


class NothingToUndo(Conflict):
    """The agent did nothing here lately that can be undone, or something has happened on the ticket since."""

    code = "nothing-to-undo"
    sentence = _(
        "There is nothing of yours to undo here: it is too long ago, or something has happened since."
    )


class OvertakenUndo(NothingToUndo):
    """What the agent wants to take back is no longer what they did last on the ticket."""

    sentence = _("You have done something else on this ticket since. Look at what would be undone now.")


class ActedOnSince(NothingToUndo):
    """Somebody else has done something on the ticket since: what follows from theirs would fall with it."""

    sentence = _("%(who)s has done something on this ticket since, so it can no longer be undone.")


class TooLateToUndo(NothingToUndo):
    """The time for second thoughts is over."""

    sentence = _("It is too long ago to be undone. What stands on the ticket now can still be changed.")


def undo(*, ticket: Ticket, by: Agent, now: datetime, seq: int | None = None) -> bool:
    """Take back what the agent did last on the ticket, and with a merge on the other one; false where they have.

    `seq` is that of the event that was `offered`: anything else stays. What was said stays said. The ticket stands,
    and is assigned and sorted, as if it had never been done. Raises `NothingToUndo`, `OvertakenUndo`, `NotAMember`.
    """
    others = _tickets_of(last_act(ticket, by=by, now=now), but=ticket)
    with changing_all(ticket, *others, now=now, by=by) as changes:
        if _is_undone(ticket, by):
            return False
        acts = [last_act(change.ticket, by=by, now=now) for change in changes]
        if not all(acts) or _tickets_of(acts[0], but=ticket) != others:
            raise _refusal([change.ticket for change in changes], by=by, now=now)
        if seq not in (None, acts[0][0].seq):
            raise OvertakenUndo
        for change, act in zip(changes, acts, strict=True):
            taken_back.take_back(change, act)
        return True


def offered(ticket: Ticket, *, by: Agent, now: datetime) -> TicketEvent | None:
    """Return the first event of what the agent may undo just now, or null."""
    act = last_act(ticket, by=by, now=now)
    return act[0] if act else None


def has_answered(act: TicketEvent) -> bool:
    """Tell whether the act of which this is an event sent a reply too: that is not undone with it."""
    together = TicketEvent.objects.filter(ticket=act.ticket_id, recorded_at=act.recorded_at)
    return together.filter(kind=EventKind.PUBLIC_REPLY_SENT).exists()


def take_back_end(change: TicketChange) -> bool:
    """Undo that the same person has just ended the ticket, as part of a change that reopens it; false where not."""
    act = last_act(change.ticket, by=change.by, now=change.now) if change.by else []
    if change.imported or not any(event.kind in ENDS for event in act):
        return False
    taken_back.take_back(change, act)
    return True


def last_act(ticket: Ticket, *, by: Agent, now: datetime) -> list[TicketEvent]:
    """Return the events of what was done last on the ticket, if it is the agent's to undo: else none.

    One act is what one person did at one instant. What they said by it cannot be undone, nor that they have the
    ticket for having answered it: both are left out.
    """
    act = _latest_together(ticket)
    if any("put_back" in event.payload for event in act):
        return []
    if act[0].kind == EventKind.OPENED and "split_from" in act[0].payload:
        return act[:1] if _is_splitters(act[0], by=by, now=now) else []
    answered = any(event.kind == EventKind.PUBLIC_REPLY_SENT for event in act)
    said = _SAID | {EventKind.ASSIGNED} if answered else _SAID
    undoable = [event for event in act if event.kind not in said]
    is_theirs = all(event.actor_id == by.pk and not event.imported for event in act)
    is_fresh = all(event.recorded_at >= now - _undo_within() for event in act)
    return undoable if is_theirs and is_fresh and all(one.kind in UNDOABLE for one in undoable) else []


def _is_splitters(opening: TicketEvent, *, by: Agent, now: datetime) -> bool:
    """Tell whether the agent has split off the ticket with this opening, a moment ago; nothing was done on it since."""
    return opening.payload["split_by"] == by.pk and opening.recorded_at >= now - _undo_within()


def _latest_together(ticket: Ticket) -> list[TicketEvent]:
    """Return the ticket's last event, and those before it that were written at the same instant."""
    latest = TicketEvent.objects.filter(ticket=ticket).order_by("-seq")[:1]
    return list(
        TicketEvent.objects.filter(ticket=ticket, recorded_at__in=latest.values("recorded_at")).order_by(
            "seq"
        )
    )


def _refusal(tickets: Iterable[Ticket], *, by: Agent, now: datetime) -> NothingToUndo:
    """Return why what was done last on these tickets is not the agent's to undo."""
    latest = [event for ticket in tickets for event in _latest_together(ticket)[-1:]]
    for event in latest:
        if event.actor_id != by.pk:
            return ActedOnSince(who=isolated(capfirst(str(event.actor or Author(event.actor_kind).label))))
    if any(event.recorded_at < now - _undo_within() for event in latest):
        return TooLateToUndo()
    return NothingToUndo()


def _undo_within() -> timedelta:
    return settings.UNDO_WITHIN


def _tickets_of(act: Sequence[TicketEvent], *, but: Ticket) -> list[Ticket]:
    """Return the other tickets on which the act left its events: those of a merge, or of a split."""
    others = [event.payload[_OTHERS[event.kind]] for event in act if event.kind in _OTHERS]
    return list(Ticket.objects.filter(pk__in=others).exclude(pk=but.pk)) if others else []


_OTHERS: Final[Mapping[str, str]] = {
    EventKind.MERGED_INTO: "ticket",
    EventKind.ABSORBED: "ticket",
    EventKind.SPLIT_OFF: "ticket",
    EventKind.OPENED: "split_from",
}
"""The kinds that speak of another ticket, and under which name."""


def _is_undone(ticket: Ticket, by: Agent) -> bool:
    act = _latest_together(ticket)
    return all(
        event.actor_id == by.pk and (event.kind == EventKind.UNDONE or "put_back" in event.payload)
        for event in act
    )
