"""What follows from a ticket's events: how it stands, who waits for an answer, and whom it asks for.

`opened` begins a state, `after` carries it on by one event, `state_of` works it out from all of them. The
rules are those by which clocks start and end (docs/clocks.md), as far as no policy has a say in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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
    def recorded_at(self) -> datetime: ...
    @property
    def payload(self) -> Mapping[str, Any]: ...


class UnansweredMessage(NamedTuple):
    """What a customer asked and nobody has answered: when, and by which event (0: whoever asks knows it).

    `unheard`: the numbers of each answer that bounced, and of its bounce.
    """

    asked_at: datetime
    seq: int = 0
    unheard: tuple[tuple[int, int], ...] = ()


class TicketState(NamedTuple):
    """Where a ticket stands between two of its events.

    `questions` are what nobody has answered, the oldest first: more than one, and more of it than its time, is
    known to `state_of` alone. `unacknowledged_since` is since when the ticket asks for somebody to say "I have
    this", `asked_by` the message that it asks for; null where somebody did, or nobody is asked. `begun`: somebody
    asked, or was written to. `reopened_by`: the message that reopened it, the event, and how it had ended.
    """

    status: str
    questions: tuple[UnansweredMessage, ...] = ()
    unacknowledged_since: datetime | None = None
    begun: bool = True
    asked_by: int = 0
    reopened_by: tuple[int, int, str] | None = None

    @classmethod
    def of(cls, ticket: Ticket) -> TicketState:
        """Return the state that is stored with a ticket."""
        since = ticket.waiting_since
        questions = () if since is None else (UnansweredMessage(since),)
        return cls(ticket.status, questions, ticket.unacknowledged_since, ticket.begun)

    @property
    def is_live(self) -> bool:
        return self.status in LIVE_STATUSES

    @property
    def waiting_since(self) -> datetime | None:
        """Return since when the oldest question waits; null where nobody does."""
        return self.questions[0].asked_at if self.questions else None


def opened(at: datetime, *, initiated_by: str) -> TicketState:
    """Return the state of a new ticket: its customer waits, unless an agent wrote first."""
    if initiated_by == "agent":
        return TicketState(Status.NEW)
    return TicketState(Status.NEW, (UnansweredMessage(at, 1),), at, asked_by=1)


def after(state: TicketState, event: DatedFact) -> TicketState:
    """Return the state once this event has happened too; see `comes_next` for when that may be asked."""
    return _after(state, event, event.occurred_at)


def comes_next(state: TicketState, event: DatedFact, *, latest: datetime) -> bool:
    """Tell whether `after` will do; else only `state_of` knows.

    It will not where the event reaches back: a correction, one that is dated before the `latest` time that the
    ticket's events speak of, or one that asks what a message has brought about.
    """
    if event.kind in _REACHING_BACK:
        return False
    return event.occurred_at >= latest or event.kind not in _EFFECTS


def state_of(events: Iterable[DatedFact]) -> TicketState:
    """Return what follows from all events of a ticket, in whatever order they come.

    They count in the order of (time, seq), and none before the opening. Corrections are heeded beforehand.
    """
    told = _placed(events)
    undone = undone_seqs([event for _, event in told])
    first, *others = [one for one in told if one.event.seq not in undone]
    unheard, restored = _bounces([first, *others]), _restored([first, *others])
    counted = [one for one in others if one.event.seq not in restored]
    overtaken = _overtaken(counted)
    state = opened(first.at, initiated_by=first.event.payload["initiated_by"])
    if first.event.payload.get("automatic") or first.event.seq in unheard:
        state = TicketState(Status.NEW, begun=False)
    for at, event in counted:
        if event.seq in unheard:
            state = _unheard(state, event, bounce=unheard[event.seq])
        elif event.seq not in overtaken:
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


def _bounces(story: Sequence[_Placed]) -> dict[int, int]:
    """Return, by seq, the replies that bounced (an opening of ours too), and which event said so first."""
    sent = {event.seq for _, event in story if _is_from_us(event)}
    bounced: dict[int, int] = {}
    for _, event in story:
        reply_seq = event.payload["reply_seq"] if event.kind == EventKind.REPLY_BOUNCED else None
        if reply_seq in sent:
            bounced.setdefault(reply_seq, event.seq)
    return bounced


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


def is_told(event: DatedFact) -> bool:
    """Whether an event's time was told from outside; where nobody said so, it was if it was heard of later."""
    told: bool | None = getattr(event, "told", None)  # a migration asks of rows that do not say
    return event.occurred_at < event.recorded_at if told is None else told


def _unheard(state: TicketState, reply: DatedFact, *, bounce: int) -> TicketState:
    if not _is_an_answer(reply.payload):
        return state
    return state._replace(
        questions=tuple(
            one._replace(unheard=(*one.unheard, (reply.seq, bounce))) if _knows(reply, one.seq) else one
            for one in state.questions
        )
    )


def _knows(event: DatedFact, seq: int) -> bool:
    """Whether what happened can have been meant for a message: nobody answers what had not arrived."""
    return seq < event.seq or is_told(event)


def _after(state: TicketState, event: DatedFact, at: datetime) -> TicketState:
    effect = _EFFECTS.get(event.kind)
    return state if effect is None or state.status in _GONE else effect(state, at, event)


# The effects, each (state, time of the event, event) → state.


def _message_received(state: TicketState, at: datetime, event: DatedFact) -> TicketState:
    if event.payload["automatic"]:
        return state
    if not state.begun:
        state = _asking(state._replace(begun=True), at, event.seq)
    return _waiting(state, at, event.seq)


def _reply_sent(state: TicketState, _at: datetime, event: DatedFact) -> TicketState:
    return _acknowledged(_heard(state, event), _at, event) if _is_an_answer(event.payload) else state


def _is_an_answer(payload: Mapping[str, Any]) -> bool:
    return payload["author"] == Author.AGENT and not payload["automatic"]


def _acknowledged(state: TicketState, _at: datetime, event: DatedFact) -> TicketState:
    return state._replace(unacknowledged_since=None) if _knows(event, state.asked_by) else state


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
    known = {one.seq for one in state.questions if _knows(event, one.seq)}
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
    if oldest is None or (not _knows(event, oldest.seq) and since < oldest.asked_at):
        return state._replace(questions=(UnansweredMessage(min(since, at), event.seq), *state.questions))
    if not _knows(event, oldest.seq):
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
    return state._replace(questions=tuple(one for one in state.questions if not _knows(event, one.seq)))


def _asking(state: TicketState, at: datetime, asked_by: int) -> TicketState:
    if state.unacknowledged_since is not None:
        return state
    return state._replace(unacknowledged_since=at, asked_by=asked_by)


def _ended(state: TicketState, event: DatedFact, status: str) -> TicketState:
    """End every wait but that of a customer whose answer will have bounced: they still wait."""
    still = tuple(one for one in state.questions if not _knows(event, one.seq) or _outlives(one, event))
    return _rested(_acknowledged(state, event.occurred_at, event)._replace(questions=still), status)


def _outlives(question: UnansweredMessage, ending: DatedFact) -> bool:
    return any(reply < ending.seq < bounce for reply, bounce in question.unheard)


def _rested(state: TicketState, status: str) -> TicketState:
    return state._replace(status=status, reopened_by=None)


_Effect = Callable[[TicketState, datetime, DatedFact], TicketState]

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
_STANDINGS: Final = (EventKind.STATUS_CHANGED, EventKind.REOPENED, EventKind.RESOLVED, EventKind.CLOSED)
_REACHING_BACK: Final = (
    EventKind.RESTORED,
    EventKind.REPLY_BOUNCED,
    EventKind.UNDONE,
    EventKind.NO_REPLY_NEEDED_MARKED,
)
_NOT_UNDONE: Final = (
    EventKind.OPENED,
    EventKind.CUSTOMER_MESSAGE_RECEIVED,
    EventKind.PUBLIC_REPLY_SENT,
    EventKind.NOTE_ADDED,
    EventKind.REPLY_BOUNCED,
)
