"""What is told of a ticket that was split off: its events, made of those that its messages had where they were."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from helpdesk.models import Author, EventKind, Ticket, TicketEvent
from helpdesk.tickets.state.dated_fact import is_told
from helpdesk.tickets.state.ticket_story import undone_seqs

_OPENINGS: Final[Mapping[str, str]] = {
    EventKind.CUSTOMER_MESSAGE_RECEIVED: "customer",
    EventKind.PUBLIC_REPLY_SENT: "agent",
    EventKind.NOTE_ADDED: "agent_for_customer",
}
"""Who is said to have begun, by what the first message was."""

_TURNS: Final = frozenset(
    {EventKind.STATUS_CHANGED, EventKind.RESOLVED, EventKind.CLOSED, EventKind.REOPENED}
)
_NAMED: Final = ("reply_seq", "message_seq")
"""Under which names a payload speaks of another event."""


class SplitStory:
    """The events that go, of all of a ticket, and the one of them that opens the other ticket.

    That is the first thing that the customer or an agent said in public, else the first note; null where the chosen
    messages have none of these.
    """

    def __init__(self, told: Sequence[TicketEvent], message_ids: Collection[int]) -> None:
        never = undone_seqs(told)
        self._told = [event for event in told if event.seq not in never]
        said = [event for event in self._told if event.message_id in message_ids]
        self.opening = _opening(said)
        self.going = sorted([*said, *_brought_by(said, self._told)], key=lambda event: event.seq)

    @property
    def seqs(self) -> list[int]:
        """The numbers of what never was where it stood: what was said, came of it, and was pressed with it."""
        return [event.seq for event in self.going]

    def retold(self) -> Iterator[tuple[TicketEvent, str, dict[str, Any]]]:
        """Yield what follows the opening on the other ticket: each event, and its kind and payload there.

        Whoever said "I have this" since the opening has said it of the messages that go, too.
        """
        if self.opening is None:
            return
        numbers = {self.opening.seq: 1}
        for event in sorted([*self.going, *self._taken_in_hand()], key=lambda event: event.seq):
            if event.seq != self.opening.seq and not self._is_needless(event):
                numbers[event.seq] = len(numbers) + 1
                kind = event.kind if event in self.going else EventKind.ACKNOWLEDGED
                yield event, kind, _renumbered(event, numbers) if event in self.going else {}

    def _taken_in_hand(self) -> Iterator[TicketEvent]:
        for event in self._told:
            is_late = self.opening is not None and event.seq > self.opening.seq
            if is_late and (event.kind == EventKind.ACKNOWLEDGED or event.payload.get("claimed")):
                yield event

    def _is_needless(self, event: TicketEvent) -> bool:
        """Tell whether it only brought back the ticket for the message that opens another now."""
        if self.opening is None or self.opening.kind != EventKind.CUSTOMER_MESSAGE_RECEIVED:
            return False
        return event in _brought_by([self.opening], self._told)


def _opening(said: Sequence[TicketEvent]) -> TicketEvent | None:
    def by(*kinds: str) -> list[TicketEvent]:
        return [
            one for one in said if one.kind in kinds and one.payload.get("author", "agent") == Author.AGENT
        ]

    public = by(EventKind.CUSTOMER_MESSAGE_RECEIVED, EventKind.PUBLIC_REPLY_SENT)
    first_first = sorted(public or by(EventKind.NOTE_ADDED), key=lambda one: (one.occurred_at, one.seq))
    return first_first[0] if first_first else None


def _brought_by(said: Sequence[TicketEvent], told: Sequence[TicketEvent]) -> Iterator[TicketEvent]:
    """Yield how the ticket came to stand by what was said: in the same act, at the same time."""
    seqs = {event.seq for event in said}
    acts = {_act(event) for event in said}
    for event in told:
        reopened_by = event.payload.get("message_seq") if event.kind == EventKind.REOPENED else None
        if event.kind in _TURNS and (reopened_by in seqs or (reopened_by is None and _act(event) in acts)):
            yield event


def _act(event: TicketEvent) -> tuple[object, ...]:
    """Return what tells an act of a person from every other; of history all was written down together."""
    at = event.occurred_at if event.imported else event.recorded_at
    return at, event.recorded_at, event.actor_kind, event.actor_id


def _renumbered(event: TicketEvent, numbers: Mapping[int, int]) -> dict[str, Any]:
    payload = dict(event.payload)
    return payload | {name: numbers.get(payload[name], 0) for name in _NAMED if payload.get(name)}


def opened_as(opening: TicketEvent, ticket: Ticket, *, out_of: Ticket, by: int | None) -> dict[str, Any]:
    """Return what the opening of the other ticket says: how it is sorted, who began, and where it comes from."""
    alike = {name: getattr(ticket, name) for name in ("priority", "channel", "tier", "language", "tags")}
    began = {"initiated_by": _OPENINGS[opening.kind], "automatic": bool(opening.payload.get("automatic"))}
    whence = {"split_from": out_of.pk, "split_by": by}
    return {"store": ticket.store_id, "queue": ticket.queue_id, **alike, **began, **whence}


def retold_event(event: TicketEvent, **there: Any) -> TicketEvent:
    """Return an event as it is told on another ticket: by whom and when it was, and whether that was told."""
    return TicketEvent(
        occurred_at=event.occurred_at,
        imported=event.imported,
        told=is_told(event),
        actor_kind=event.actor_kind,
        actor_id=event.actor_id,
        message_id=event.message_id,
        **there,
    )
