"""Undoing a slip: what somebody did last on a ticket, taken back as if it had never been done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from helpdesk.models import Agent, Customer, EventKind, Ticket, TicketEvent
from helpdesk.refusal import Conflict
from helpdesk.tickets.assignment import end_of_claim, let_go_of_the_absent
from helpdesk.tickets.state.ticket_story import undone_seqs
from helpdesk.tickets.ticket_change import TicketChange, changing_all

_COLUMNS: Final[Mapping[str, tuple[str, str]]] = {
    EventKind.ASSIGNED: ("assignee_id", "agent"),
    EventKind.UNASSIGNED: ("assignee_id", "agent"),
    EventKind.QUEUE_CHANGED: ("queue_id", "queue"),
    EventKind.PRIORITY_CHANGED: ("priority", "priority"),
    EventKind.TAGS_CHANGED: ("tags", "tags"),
    EventKind.TIER_CHANGED: ("tier", "tier"),
}
"""The column that a kind of event decides, and what its value is called in the payload."""

ENDS: Final = frozenset({EventKind.RESOLVED, EventKind.CLOSED})
_SAID: Final = frozenset(
    {EventKind.PUBLIC_REPLY_SENT, EventKind.NOTE_ADDED, EventKind.CUSTOMER_MESSAGE_RECEIVED}
)
UNDOABLE: Final = ENDS | {
    *_COLUMNS,
    EventKind.CUSTOMER_CHANGED,
    EventKind.STATUS_CHANGED,
    EventKind.REOPENED,
    EventKind.ACKNOWLEDGED,
    EventKind.NO_REPLY_NEEDED_MARKED,
    EventKind.MERGED_INTO,
    EventKind.ABSORBED,
    EventKind.VOIDED,
}


class OvertakenUndo(Conflict):
    """What the agent wants to take back is no longer what they did last on the ticket."""

    code = "nothing-to-undo"
    sentence = _("You have done something else on this ticket since. Look at what would be undone now.")


class NothingToUndo(Conflict):
    """The agent did nothing here lately that can be undone, or something has happened on the ticket since."""

    code = "nothing-to-undo"
    sentence = _(
        "There is nothing of yours to undo here: it is too long ago, or something has happened since."
    )


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
            raise NothingToUndo
        if seq not in (None, acts[0][0].seq):
            raise OvertakenUndo
        for change, act in zip(changes, acts, strict=True):
            _take_back(change, act)
        return True


def offered(ticket: Ticket, *, by: Agent, now: datetime) -> TicketEvent | None:
    """Return the first event of what the agent may undo just now, or null."""
    act = last_act(ticket, by=by, now=now)
    return act[0] if act else None


def take_back_end(change: TicketChange) -> bool:
    """Undo that the same person has just ended the ticket, as part of a change that reopens it; false where not."""
    act = last_act(change.ticket, by=change.by, now=change.now) if change.by else []
    if change.imported or not any(event.kind in ENDS for event in act):
        return False
    _take_back(change, act)
    return True


def last_act(ticket: Ticket, *, by: Agent, now: datetime) -> list[TicketEvent]:
    """Return the events of what was done last on the ticket, if it is the agent's to undo: else none.

    One act is what one person did at one instant. What they said by it cannot be undone, nor that they have the
    ticket for having answered it: both are left out.
    """
    act = _latest_together(ticket)
    answered = any(event.kind == EventKind.PUBLIC_REPLY_SENT for event in act)
    said = _SAID | {EventKind.ASSIGNED} if answered else _SAID
    undoable = [event for event in act if event.kind not in said]
    is_theirs = all(event.actor_id == by.pk and not event.imported for event in act)
    is_fresh = all(event.recorded_at >= now - _undo_within() for event in act)
    return undoable if is_theirs and is_fresh and all(one.kind in UNDOABLE for one in undoable) else []


def _latest_together(ticket: Ticket) -> list[TicketEvent]:
    """Return the ticket's last event, and those before it that were written at the same instant."""
    latest = TicketEvent.objects.filter(ticket=ticket).order_by("-seq")[:1]
    return list(
        TicketEvent.objects.filter(ticket=ticket, recorded_at__in=latest.values("recorded_at")).order_by(
            "seq"
        )
    )


def _undo_within() -> timedelta:
    return settings.UNDO_WITHIN


def _tickets_of(act: Sequence[TicketEvent], *, but: Ticket) -> list[Ticket]:
    """Return the other tickets on which the act left its events: those of a merge."""
    merges = [event.payload["ticket"] for event in act if event.kind in _MERGES]
    return list(Ticket.objects.filter(pk__in=merges).exclude(pk=but.pk)) if merges else []


_MERGES: Final = (EventKind.MERGED_INTO, EventKind.ABSORBED)


def _is_undone(ticket: Ticket, by: Agent) -> bool:
    act = _latest_together(ticket)
    return all(event.kind == EventKind.UNDONE and event.actor_id == by.pk for event in act)


def _take_back(change: TicketChange, act: Sequence[TicketEvent]) -> None:
    change.record(EventKind.UNDONE, seqs=[event.seq for event in act])
    _put_columns_back(change, act)
    if any(event.kind == EventKind.MERGED_INTO for event in act):
        change.ticket.merged_into = None
    for event in act:
        if event.kind == EventKind.CUSTOMER_CHANGED:
            change.ticket.customer = Customer.objects.get(pk=event.payload["before"])
    let_go_of_the_absent(change)


def _put_columns_back(change: TicketChange, act: Iterable[TicketEvent]) -> None:
    """Let the ticket be assigned and sorted by what has happened to it without the act."""
    touched = {_COLUMNS[event.kind] for event in act if event.kind in _COLUMNS}
    if not touched:
        return
    told = change.all_events()
    undone = undone_seqs(told)
    for column, name in touched:
        setattr(change.ticket, column, _latest_value(told, column, name, undone))
    change.claimed_until = end_of_claim(event for event in told if event.seq not in undone)


def _latest_value(told: Iterable[TicketEvent], column: str, name: str, undone: set[int]) -> Any:
    deciding = [
        event
        for event in told
        if event.seq not in undone
        and (event.kind == EventKind.OPENED or _COLUMNS.get(event.kind, ("",))[0] == column)
    ]
    return max(deciding, key=lambda event: event.seq).payload.get(name)
