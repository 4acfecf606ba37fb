"""What follows from a ticket's events: how it stands, who waits for an answer, and whom it asks for.

`opened` begins a state, `after` carries it on by one event, `state_of` works it out from all of them. The
rules are those by which clocks start and end (docs/clocks.md), as far as no policy has a say in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple, Protocol

from helpdesk.models import LIVE_STATUSES, Author, EventKind, Status, Ticket

_GONE: Final = (Status.MERGED, Status.SPAM, Status.DELETED)


class DatedFact(Protocol):
    """What is asked of an event."""

    @property
    def seq(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def occurred_at(self) -> datetime: ...
    @property
    def payload(self) -> Mapping[str, Any]: ...


class TicketState(NamedTuple):
    """Where a ticket stands between two of its events.

    `waiting_since` is when the oldest customer message was sent that no person has answered; null where
    nobody waits. `unacknowledged_since` is since when the ticket asks for somebody to say "I have this";
    null where somebody did, or nobody is asked. `unheard_until` is known to `state_of` alone: an answer to
    what waits has bounced, at that time.
    """

    status: str
    waiting_since: datetime | None = None
    unacknowledged_since: datetime | None = None
    unheard_until: datetime | None = None

    @classmethod
    def of(cls, ticket: Ticket) -> TicketState:
        """Return the state that is stored with a ticket."""
        return cls(ticket.status, ticket.waiting_since, ticket.unacknowledged_since)

    @property
    def is_live(self) -> bool:
        return self.status in LIVE_STATUSES


def opened(at: datetime, *, initiated_by: str) -> TicketState:
    """Return the state of a new ticket: its customer waits, unless an agent wrote first."""
    if initiated_by == "agent":
        return TicketState(Status.NEW)
    return TicketState(Status.NEW, waiting_since=at, unacknowledged_since=at)


def after(state: TicketState, event: DatedFact) -> TicketState:
    """Return the state once this event has happened too; see `comes_next` for when that may be asked."""
    return _after(state, event, event.occurred_at)


def comes_next(state: TicketState, event: DatedFact, *, latest: datetime) -> bool:
    """Tell whether `after` will do; else only `state_of` knows.

    It will not where the event reaches back: a correction, or one that is dated before the `latest` time
    that the ticket's events speak of. Nor does it for an end at the very instant of the latest, while
    somebody waits: that leaves a wait alone which is due to a bounce.
    """
    if event.kind in _CORRECTIONS:
        return False
    ends_a_wait = event.kind in (EventKind.RESOLVED, EventKind.CLOSED) and state.waiting_since is not None
    is_last = event.occurred_at > latest or (event.occurred_at == latest and not ends_a_wait)
    return is_last or event.kind not in _EFFECTS


def state_of(events: Iterable[DatedFact]) -> TicketState:
    """Return what follows from all events of a ticket, in whatever order they come.

    They count in the order of (time, seq), and none before the opening. Corrections are heeded beforehand.
    """
    told = _placed(events)
    undone = undone_seqs([event for _, event in told])
    first, *others = [one for one in told if one.event.seq not in undone]
    unheard, restored = _bounces([first, *others]), _restored([first, *others])
    state = opened(first.at, initiated_by=first.event.payload["initiated_by"])
    for at, event in others:
        if event.seq in unheard:
            state = _unheard(state, event, until=unheard[event.seq])
        elif event.seq not in restored:
            state = _after(state, event, at)
    return state


def undone_seqs(events: Iterable[DatedFact]) -> set[int]:
    """Return, by seq, what was undone: nothing that was said, and not by an undoing that was undone itself."""
    events = list(events)
    acts = {event.seq for event in events if event.kind not in _NOT_UNDONE}
    undone: set[int] = set()
    for event in sorted(events, key=lambda event: event.seq, reverse=True):
        if event.kind == EventKind.UNDONE and event.seq not in undone:
            undone |= {seq for seq in event.payload["seqs"] if seq in acts and seq < event.seq}
    return undone


class _Placed(NamedTuple):
    at: datetime
    event: DatedFact


def _placed(events: Iterable[DatedFact]) -> list[_Placed]:
    first, *others = sorted(events, key=lambda event: event.seq)
    start = first.occurred_at
    placed = [_Placed(max(event.occurred_at, start), event) for event in others]
    return [_Placed(start, first), *sorted(placed, key=lambda one: (one.at, one.event.seq))]


def _bounces(story: list[_Placed]) -> dict[int, datetime]:
    """Return, by seq, the replies that bounced, and when they did for the first time."""
    sent = {event.seq: at for at, event in story if event.kind == EventKind.PUBLIC_REPLY_SENT}
    bounced: dict[int, datetime] = {}
    for at, event in story:
        reply_seq = event.payload["reply_seq"] if event.kind == EventKind.REPLY_BOUNCED else None
        if reply_seq in sent:
            bounced.setdefault(reply_seq, max(at, sent[reply_seq]))
    return bounced


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


def _unheard(state: TicketState, reply: DatedFact, *, until: datetime) -> TicketState:
    if state.waiting_since is None or not _is_an_answer(reply.payload):
        return state
    return state._replace(unheard_until=max(until, state.unheard_until or until))


def _after(state: TicketState, event: DatedFact, at: datetime) -> TicketState:
    effect = _EFFECTS.get(event.kind)
    return state if effect is None or state.status in _GONE else effect(state, at, event.payload)


# The effects, each (state, time of the event, payload) → state.


def _message_received(state: TicketState, at: datetime, payload: Mapping[str, Any]) -> TicketState:
    return state if payload["automatic"] else _waiting(state, at)


def _reply_sent(state: TicketState, _at: datetime, payload: Mapping[str, Any]) -> TicketState:
    return _heard(state)._replace(unacknowledged_since=None) if _is_an_answer(payload) else state


def _is_an_answer(payload: Mapping[str, Any]) -> bool:
    return payload["author"] == Author.AGENT and not payload["automatic"]


def _acknowledged(state: TicketState, _at: datetime, _payload: Mapping[str, Any]) -> TicketState:
    return state._replace(unacknowledged_since=None)


def _assigned(state: TicketState, _at: datetime, payload: Mapping[str, Any]) -> TicketState:
    return state._replace(unacknowledged_since=None) if payload["claimed"] else state


def _unassigned(state: TicketState, at: datetime, _payload: Mapping[str, Any]) -> TicketState:
    return _asking(state, at) if state.is_live else state


def _queue_changed(state: TicketState, at: datetime, _payload: Mapping[str, Any]) -> TicketState:
    return state._replace(unacknowledged_since=at if state.is_live else None)


def _status_changed(state: TicketState, _at: datetime, payload: Mapping[str, Any]) -> TicketState:
    return state._replace(status=payload["status"]) if state.is_live else state


def _resolved(state: TicketState, at: datetime, _payload: Mapping[str, Any]) -> TicketState:
    return _ended(state, at, Status.RESOLVED)


def _closed(state: TicketState, at: datetime, payload: Mapping[str, Any]) -> TicketState:
    return (
        TicketState(Status.CLOSED) if payload["by"] == Author.CUSTOMER else _ended(state, at, Status.CLOSED)
    )


def _reopened(state: TicketState, at: datetime, payload: Mapping[str, Any]) -> TicketState:
    if state.is_live:
        return state
    state = state._replace(status=Status.OPEN)
    return _asking(_waiting(state, at), at) if payload["by"] == Author.CUSTOMER else state


def _no_reply_needed(state: TicketState, _at: datetime, _payload: Mapping[str, Any]) -> TicketState:
    return _heard(state)


def _absorbed(state: TicketState, at: datetime, payload: Mapping[str, Any]) -> TicketState:
    told = payload.get("waiting_since")
    if told is None:
        return state
    since = datetime.fromisoformat(told)
    return state._replace(waiting_since=min(since, state.waiting_since or at))


def _merged(_state: TicketState, _at: datetime, _payload: Mapping[str, Any]) -> TicketState:
    return TicketState(Status.MERGED)


def _voided(_state: TicketState, _at: datetime, payload: Mapping[str, Any]) -> TicketState:
    return TicketState(payload["reason"])


def _waiting(state: TicketState, at: datetime) -> TicketState:
    return state._replace(waiting_since=state.waiting_since or at)


def _heard(state: TicketState) -> TicketState:
    return state._replace(waiting_since=None, unheard_until=None)


def _asking(state: TicketState, at: datetime) -> TicketState:
    return state._replace(unacknowledged_since=state.unacknowledged_since or at)


def _ended(state: TicketState, at: datetime, status: Status) -> TicketState:
    """End every wait but that of a customer whose answer will have bounced: they still wait."""
    heard = state if state.unheard_until and at <= state.unheard_until else _heard(state)
    return heard._replace(status=status, unacknowledged_since=None)


_Effect = Callable[[TicketState, datetime, Mapping[str, Any]], TicketState]

_EFFECTS: Final[Mapping[str, _Effect]] = {
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
_CORRECTIONS: Final = (EventKind.RESTORED, EventKind.REPLY_BOUNCED, EventKind.UNDONE)
_NOT_UNDONE: Final = (
    EventKind.OPENED,
    EventKind.CUSTOMER_MESSAGE_RECEIVED,
    EventKind.PUBLIC_REPLY_SENT,
    EventKind.NOTE_ADDED,
    EventKind.REPLY_BOUNCED,
)
