"""What all events of a ticket come to: in their order, with what was undone, overtaken or never arrived left out.

`after` carries a state on by one event, `state_of` works it out from all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from helpdesk.models import EventKind, Status
from helpdesk.tickets.state.dated_fact import DatedFact, is_answer, is_told, knows
from helpdesk.tickets.state.state_effects import EFFECTS, affected
from helpdesk.tickets.state.ticket_state import TicketState, opened


def after(state: TicketState, event: DatedFact) -> TicketState:
    """Return the state once this event has happened too; see `comes_next` for when that may be asked."""
    return affected(state, event, event.occurred_at)


def comes_next(state: TicketState, event: DatedFact, *, latest: datetime) -> bool:
    """Tell whether `after` will do; else only `state_of` knows.

    It will not where the event reaches back: a correction, one that is dated before the `latest` time that the
    ticket's events speak of, or one that asks what a message has brought about.
    """
    if event.kind in _REACHING_BACK:
        return False
    return event.occurred_at >= latest or event.kind not in EFFECTS


def state_of(events: Iterable[DatedFact]) -> TicketState:
    """Return what follows from all events of a ticket, in whatever order they come.

    They count in the order of (time, seq), and none before the opening. Corrections are heeded beforehand.
    """
    told = _placed(events)
    undone = undone_seqs([event for _, event in told])
    first, *others = [one for one in told if one.event.seq not in undone]
    unheard, restored = _not_heard([first, *others]), _restored([first, *others])
    counted = [one for one in others if one.event.seq not in restored]
    overtaken = _overtaken(counted)
    state = opened(first.at, initiated_by=first.event.payload["initiated_by"])
    if first.event.payload.get("automatic") or first.event.seq in unheard:
        state = TicketState(Status.NEW, begun=False)
    for at, event in counted:
        if event.seq in unheard:
            state = _unheard(state, event, until=unheard[event.seq])
        elif event.seq not in overtaken:
            state = affected(state, event, at)
    return state


def undone_seqs(events: Iterable[DatedFact]) -> set[int]:
    """Return, by seq, what never was, here: what was undone, and what was split off to another ticket.

    Nothing that was said can be undone, and nothing undoes or splits off that was undone itself.
    """
    events = list(events)
    acts = {event.seq for event in events if event.kind not in _NOT_UNDONE}
    undone: set[int] = set()
    for event in sorted(events, key=lambda event: event.seq, reverse=True):
        if event.kind == EventKind.UNDONE and event.seq not in undone:
            undone |= {seq for seq in event.payload["seqs"] if seq in acts and seq < event.seq}
        if event.kind == EventKind.SPLIT_OFF and event.seq not in undone:
            undone |= {seq for seq in event.payload["seqs"] if 1 < seq < event.seq}
    return undone


class _Placed(NamedTuple):
    at: datetime
    event: DatedFact


def _placed(events: Iterable[DatedFact]) -> list[_Placed]:
    first, *others = sorted(events, key=lambda event: event.seq)
    start = first.occurred_at
    placed = [_Placed(max(event.occurred_at, start), event) for event in others]
    return [_Placed(start, first), *sorted(placed, key=lambda one: (one.at, one.event.seq))]


def _not_heard(story: Sequence[_Placed]) -> dict[int, int]:
    """Return, by seq, the replies that nobody got (an opening of ours too), and which event said so last.

    One that left after a delay was heard after all, unless it bounced, before or after.
    """
    sent = {event.seq for _, event in story if _is_from_us(event)}
    unheard: dict[int, int] = {}
    bounced: set[int] = set()
    for event in sorted(
        (one.event for one in story if one.event.kind in _DELIVERY), key=lambda event: event.seq
    ):
        reply_seq = event.payload["reply_seq"]
        if event.kind == EventKind.REPLY_BOUNCED:
            bounced.add(reply_seq)
        if event.kind != EventKind.REPLY_LEFT and reply_seq in sent:
            unheard[reply_seq] = event.seq
        elif reply_seq not in bounced:
            unheard.pop(reply_seq, None)
    return unheard


def _is_from_us(event: DatedFact) -> bool:
    if event.kind == EventKind.OPENED:
        return bool(event.payload["initiated_by"] == "agent")
    return event.kind == EventKind.PUBLIC_REPLY_SENT


def _restored(story: list[_Placed]) -> set[int]:
    """Return, by seq, when the ticket was put aside and brought back again."""
    restored: set[int] = set()
    aside: set[int] = set()
    for _, event in story:
        if event.kind == EventKind.VOIDED:
            aside.add(event.seq)
        elif event.kind == EventKind.RESTORED:
            restored |= aside
            aside = set()
    return restored


def _overtaken(story: Sequence[_Placed]) -> set[int]:
    """Return, by seq, the statuses and ends that were told when something newer was known."""
    overtaken: set[int] = set()
    known: list[_Placed] = []
    for one in sorted(story, key=lambda one: one.event.seq):
        stands = one.event.kind in _STANDINGS
        if stands and is_told(one.event) and any(newer.at > one.at for newer in known):
            overtaken.add(one.event.seq)
        elif stands or one.event.kind in (EventKind.MERGED_INTO, EventKind.VOIDED) or _is_asked(one.event):
            known.append(one)
    return overtaken


def _is_asked(event: DatedFact) -> bool:
    return event.kind == EventKind.CUSTOMER_MESSAGE_RECEIVED and not event.payload["automatic"]


def _unheard(state: TicketState, reply: DatedFact, *, until: int) -> TicketState:
    if not is_answer(reply.payload):
        return state
    return state._replace(
        questions=tuple(
            one._replace(unheard=(*one.unheard, (reply.seq, until))) if knows(reply, one.seq) else one
            for one in state.questions
        )
    )


_STANDINGS: Final = (EventKind.STATUS_CHANGED, EventKind.REOPENED, EventKind.RESOLVED, EventKind.CLOSED)
_DELIVERY: Final = (EventKind.REPLY_BOUNCED, EventKind.REPLY_DELAYED, EventKind.REPLY_LEFT)
_REACHING_BACK: Final = (
    *_DELIVERY,
    EventKind.RESTORED,
    EventKind.UNDONE,
    EventKind.SPLIT_OFF,
    EventKind.NO_REPLY_NEEDED_MARKED,
)
_NOT_UNDONE: Final = (
    EventKind.OPENED,
    EventKind.CUSTOMER_MESSAGE_RECEIVED,
    EventKind.PUBLIC_REPLY_SENT,
    EventKind.NOTE_ADDED,
    *_DELIVERY,
)
