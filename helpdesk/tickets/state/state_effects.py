"""What each kind of event makes of a ticket's state.

The rules are those by which clocks start and end (docs/clocks.md), as far as no policy has a say in them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from helpdesk.models import Author, EventKind, Status
from helpdesk.tickets.state.dated_fact import DatedFact, is_answer, knows
from helpdesk.tickets.state.ticket_state import TicketState, UnansweredMessage

_GONE: Final = (Status.MERGED, Status.SPAM, Status.DELETED)


def affected(state: TicketState, event: DatedFact, at: datetime) -> TicketState:
    """Return the state once this event has happened, and counts from `at`."""
    effect = EFFECTS.get(event.kind)
    return state if effect is None or _is_deaf_to(event.kind, state.status) else effect(state, at, event)


def _is_deaf_to(kind: str, status: str) -> bool:
    """Whether a ticket that is gone stays as it is; one that was put aside can be put aside in another way."""
    return status in _GONE and (status == Status.MERGED or kind != EventKind.VOIDED)


# The effects, each (state, time of the event, event) → state.


def _message_received(state: TicketState, at: datetime, event: DatedFact) -> TicketState:
    if event.payload["automatic"]:
        return state
    if not state.begun:
        state = _asking(state._replace(begun=True), at, event.seq)
    return _waiting(state, at, event.seq)


def _reply_sent(state: TicketState, _at: datetime, event: DatedFact) -> TicketState:
    return _acknowledged(_heard(state, event), _at, event) if is_answer(event.payload) else state


def _acknowledged(state: TicketState, _at: datetime, event: DatedFact) -> TicketState:
    return state._replace(unacknowledged_since=None) if knows(event, state.asked_by) else state


def _assigned(state: TicketState, at: datetime, event: DatedFact) -> TicketState:
    return _acknowledged(state, at, event) if event.payload["claimed"] else state


def _unassigned(state: TicketState, at: datetime, _event: DatedFact) -> TicketState:
    return _asking(state, at, 0) if state.is_live and state.begun else state


def _queue_changed(state: TicketState, at: datetime, event: DatedFact) -> TicketState:
    state = _acknowledged(state, at, event)
    return _unassigned(state, at, event)


def _status_changed(state: TicketState, _at: datetime, event: DatedFact) -> TicketState:
    return state._replace(status=event.payload["status"]) if state.is_live else state


def _resolved(state: TicketState, at: datetime, event: DatedFact) -> TicketState:
    return _ended(state, event, Status.RESOLVED)


def _closed(state: TicketState, at: datetime, event: DatedFact) -> TicketState:
    if event.payload["by"] != Author.CUSTOMER:
        return _ended(state, event, Status.CLOSED)
    return _rested(_acknowledged(_heard(state, event), at, event), Status.CLOSED)


def _reopened(state: TicketState, at: datetime, event: DatedFact) -> TicketState:
    if state.is_live:
        return state
    ended, state = state.status, state._replace(status=Status.OPEN)
    if event.payload["by"] != Author.CUSTOMER or not state.begun:
        return state
    state = _asking(state, at, event.seq)
    message_seq = event.payload.get("message_seq")
    if message_seq is None and not state.questions:
        state = _waiting(state, at, event.seq)
    reopened_by = state.questions[-1].seq if message_seq is None else message_seq
    return state._replace(reopened_by=(reopened_by, event.seq, ended))


def _no_reply_needed(state: TicketState, at: datetime, event: DatedFact) -> TicketState:
    """Let the messages that wait have asked for nothing; what one of them reopened is as it was."""
    known = {one.seq for one in state.questions if knows(event, one.seq)}
    message_seq, reopening, ended = state.reopened_by or (-1, -1, "")
    if message_seq in known:
        known.add(reopening)
    state = _heard(state, event)
    if state.unacknowledged_since is not None and state.asked_by in known:
        state = state._replace(unacknowledged_since=None)
    return _rested(_acknowledged(state, at, event), ended) if reopening in known else state


def _absorbed(state: TicketState, at: datetime, event: DatedFact) -> TicketState:
    told = event.payload.get("waiting_since")
    if told is None:
        return state
    since, oldest = datetime.fromisoformat(told), state.questions[0] if state.questions else None
    if oldest is None or (not knows(event, oldest.seq) and since < oldest.asked_at):
        return state._replace(questions=(UnansweredMessage(min(since, at), event.seq), *state.questions))
    if not knows(event, oldest.seq):
        return state
    return state._replace(
        questions=(oldest._replace(asked_at=min(since, oldest.asked_at)), *state.questions[1:])
    )


def _merged(_state: TicketState, _at: datetime, _event: DatedFact) -> TicketState:
    return TicketState(Status.MERGED)


def _voided(_state: TicketState, _at: datetime, event: DatedFact) -> TicketState:
    return TicketState(event.payload["reason"])


def _waiting(state: TicketState, at: datetime, seq: int) -> TicketState:
    return state._replace(questions=(*state.questions, UnansweredMessage(at, seq)))


def _heard(state: TicketState, event: DatedFact) -> TicketState:
    """Let nobody wait any more who can have been meant."""
    return state._replace(questions=tuple(one for one in state.questions if not knows(event, one.seq)))


def _asking(state: TicketState, at: datetime, asked_by: int) -> TicketState:
    if state.unacknowledged_since is not None:
        return state
    return state._replace(unacknowledged_since=at, asked_by=asked_by)


def _ended(state: TicketState, event: DatedFact, status: str) -> TicketState:
    """End every wait but that of a customer whose answer will have bounced: they still wait."""
    still = tuple(one for one in state.questions if not knows(event, one.seq) or _outlives(one, event))
    return _rested(_acknowledged(state, event.occurred_at, event)._replace(questions=still), status)


def _outlives(question: UnansweredMessage, ending: DatedFact) -> bool:
    return any(reply < ending.seq < bounce for reply, bounce in question.unheard)


def _rested(state: TicketState, status: str) -> TicketState:
    return state._replace(status=status, reopened_by=None)


_Effect = Callable[[TicketState, datetime, DatedFact], TicketState]

EFFECTS: Final[Mapping[str, _Effect]] = {
    EventKind.CUSTOMER_MESSAGE_RECEIVED: _message_received,
    EventKind.PUBLIC_REPLY_SENT: _reply_sent,
    EventKind.ACKNOWLEDGED: _acknowledged,
    EventKind.ASSIGNED: _assigned,
    EventKind.UNASSIGNED: _unassigned,
    EventKind.STATUS_CHANGED: _status_changed,
    EventKind.RESOLVED: _resolved,
    EventKind.CLOSED: _closed,
    EventKind.REOPENED: _reopened,
    EventKind.NO_REPLY_NEEDED_MARKED: _no_reply_needed,
    EventKind.QUEUE_CHANGED: _queue_changed,
    EventKind.MERGED_INTO: _merged,
    EventKind.ABSORBED: _absorbed,
    EventKind.VOIDED: _voided,
}
