"""What a ticket is once an act on it is taken back: it stands, and is assigned and sorted, as if it had never been."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from helpdesk.models import Customer, EventKind, Message, Status, TicketEvent
from helpdesk.tickets.assignment import end_of_claim, let_go_of_the_absent
from helpdesk.tickets.custody import told_snoozes
from helpdesk.tickets.custody.absences import let_go_of_the_away
from helpdesk.tickets.splitting import moved_messages
from helpdesk.tickets.state.ticket_story import undone_seqs
from helpdesk.tickets.ticket_change import TicketChange

COLUMNS: Final[Mapping[str, tuple[str, str]]] = {
    EventKind.ASSIGNED: ("assignee_id", "agent"),
    EventKind.UNASSIGNED: ("assignee_id", "agent"),
    EventKind.QUEUE_CHANGED: ("queue_id", "queue"),
    EventKind.PRIORITY_CHANGED: ("priority", "priority"),
    EventKind.TAGS_CHANGED: ("tags", "tags"),
    EventKind.TIER_CHANGED: ("tier", "tier"),
    EventKind.TOPIC_CHANGED: ("topic_id", "topic"),
}
"""The column that a kind of event decides, and what its value is called in the payload."""


def take_back(change: TicketChange, act: Sequence[TicketEvent]) -> None:
    """Let what the events of an act have done never have been, as part of a change that goes on.

    Of a ticket that was split off a moment ago nothing remains: its messages go back.
    """
    if act[0].kind == EventKind.OPENED:
        change.record(EventKind.VOIDED, reason=Status.DELETED.value, put_back=True)
        return
    change.record(EventKind.UNDONE, seqs=[event.seq for event in act])
    _put_columns_back(change, act)
    for event in act:
        if event.kind in _PUT_BACK:
            _PUT_BACK[event.kind](change, event)
    let_go_of_the_absent(change)
    _let_go_of_others_who_are_away(change)


def _let_go_of_others_who_are_away(change: TicketChange) -> None:
    """Give nobody back what a customer waits for while they are away; who undoes it themself is here."""
    if change.ticket.waiting_since is not None and change.ticket.assignee != change.by:
        let_go_of_the_away(change)


def _go_on_alone(change: TicketChange, _merge: TicketEvent) -> None:
    change.ticket.merged_into = None


def _give_back(change: TicketChange, handing: TicketEvent) -> None:
    change.ticket.customer = Customer.objects.get(pk=handing.payload["before"])


def _put_off(change: TicketChange, _told: TicketEvent) -> None:
    told_snoozes.put_off_as_told(change)


def _take_back_messages(change: TicketChange, split: TicketEvent) -> None:
    gone = Message.objects.filter(ticket=split.payload["ticket"]).values_list("pk", flat=True)
    moved_messages.move(list(gone), to=change.ticket)


_PUT_BACK: Final[Mapping[str, Callable[[TicketChange, TicketEvent], None]]] = {
    EventKind.MERGED_INTO: _go_on_alone,
    EventKind.CUSTOMER_CHANGED: _give_back,
    **dict.fromkeys([EventKind.SNOOZED, EventKind.SNOOZE_ENDED, EventKind.ABSORBED], _put_off),
    EventKind.SPLIT_OFF: _take_back_messages,
}
"""What an act has changed beside what its ticket's events say, and how that becomes what it was."""


def _put_columns_back(change: TicketChange, act: Iterable[TicketEvent]) -> None:
    """Let the ticket be assigned and sorted by what has happened to it without the act."""
    touched = {COLUMNS[event.kind] for event in act if event.kind in COLUMNS}
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
        and (event.kind == EventKind.OPENED or COLUMNS.get(event.kind, ("",))[0] == column)
    ]
    return max(deciding, key=lambda event: event.seq).payload.get(name)
