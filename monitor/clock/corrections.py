"""Order, and what was taken back: the events of a ticket as they are to be folded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from monitor.clock.book.calendar import NaiveInstant


@dataclass(frozen=True, slots=True)
class Event:
    """A dated fact about a ticket, as `docs/clocks.md` lists them."""

    seq: int
    kind: str
    occurred_at: datetime
    recorded_at: datetime
    imported: bool
    payload: dict[str, Any]
    told: bool | None = None

    @property
    def is_told(self) -> bool:
        """Whether its time was told from outside; where nobody said, what was written down later was."""
        return self.occurred_at < self.recorded_at if self.told is None else self.told


class TakenBack(NamedTuple):
    """When, and by which event, an earlier one was taken back."""

    at: datetime
    recorded_at: datetime
    kind: str
    seq: int


CORRECTIONS: Final = ("reply_bounced", "restored", "undone")
"""The kinds that change what was: they are heeded beforehand."""

NOT_UNDONE: Final = frozenset(
    {"opened", "customer_message_received", "public_reply_sent", "note_added", "reply_bounced"}
)
"""Nobody can undo what was said, or that it never arrived."""

Placed = tuple[datetime, Event]


def place(events: Sequence[Event]) -> list[Placed]:
    """Return the events in order, each with the instant at which it counts.

    The opening comes first and what is dated before it counts at the opening. Without an opening
    there is nothing to fold. Instants come out in UTC: differences within a zone that changes its
    clocks would be wrong by the change.

    Raises:
        NaiveInstant: an event without a zone.

    """
    opening = next((event for event in events if event.kind == "opened"), None)
    if opening is None:
        return []
    start = in_utc(opening.occurred_at)
    placed = [(max(in_utc(event.occurred_at), start), event) for event in events]
    placed.sort(key=lambda pair: (pair[0], pair[1] is not opening, pair[1].seq))
    return placed


def place_later(events: Sequence[Event], opened_at: datetime) -> list[Placed]:
    """Return, in the same manner, events of a ticket whose opening and first events were folded before.

    Raises:
        NaiveInstant: an event without a zone.

    """
    placed = [(max(in_utc(event.occurred_at), opened_at), event) for event in events]
    placed.sort(key=lambda pair: (pair[0], pair[1].seq))
    return placed


def count_settled(placed: Sequence[Placed], *, keep: int) -> int:
    """Return how many of the first events no correction can reach any more.

    The last `keep` are not among them: what is so young may yet be taken back. Nor is anything between
    an event and what took it back, so that both are always folded together; nor an event that was told
    before one of an earlier time, so that those left are told by their numbers.
    """
    settled = max(len(placed) - keep, 0)
    for first, last in sorted(_kept_together(placed), reverse=True):
        if first < settled <= last:
            settled = first
    return settled


def _kept_together(placed: Sequence[Placed]) -> Iterator[tuple[int, int]]:
    """Yield the places of events between which nothing may be cut."""
    position = {event.seq: index for index, (_, event) in enumerate(placed)}
    for seq, by in find_taken_back(placed).items():
        yield position[seq], position[by.seq]
    for index, (_, event) in enumerate(placed):
        if event.kind == "undone":  # also one that is undone itself, and may be no longer
            yield min(position.get(seq, index) for seq in [event.seq, *event.payload["seqs"]]), index
    farthest = 0
    for seq in sorted(position):
        if position[seq] < farthest:
            yield position[seq], farthest
        farthest = max(farthest, position[seq])


def in_utc(at: datetime) -> datetime:
    """Return the same instant in UTC."""
    if at.tzinfo is UTC:
        return at
    if at.tzinfo is None:
        raise NaiveInstant(at.isoformat())
    return at.astimezone(UTC)


def find_taken_back(placed: Sequence[Placed]) -> dict[int, TakenBack]:
    """Return, by seq, the replies that bounced, the voidings that were reversed, and all that was undone."""
    if not any(event.kind in CORRECTIONS for _, event in placed):
        return {}
    undone = dict(_undone(placed))
    standing = [one for one in placed if one[1].seq not in undone]
    return dict(_bounced(standing)) | dict(_restored(standing)) | undone


def _bounced(placed: Sequence[Placed]) -> Iterator[tuple[int, TakenBack]]:
    replies = {event.seq: at for at, event in placed if event.kind == "public_reply_sent"}
    for at, event in placed:
        if event.kind == "reply_bounced":
            sent_at = replies.pop(event.payload["reply_seq"], None)
            if sent_at is not None:
                yield event.payload["reply_seq"], _taken_back(max(at, sent_at), event)


def _restored(placed: Sequence[Placed]) -> Iterator[tuple[int, TakenBack]]:
    voided: list[int] = []
    for at, event in placed:
        if event.kind == "voided":
            voided.append(event.seq)
        elif event.kind == "restored":
            yield from ((seq, _taken_back(at, event)) for seq in voided)
            voided.clear()


def _undone(placed: Sequence[Placed]) -> Iterator[tuple[int, TakenBack]]:
    """Yield what was undone, the last undoing first: one that was itself undone undoes nothing."""
    acts = {event.seq: at for at, event in placed if event.kind not in NOT_UNDONE}
    idle: set[int] = set()
    for at, event in sorted(placed, key=lambda pair: pair[1].seq, reverse=True):
        if event.kind == "undone" and event.seq not in idle:
            named = [seq for seq in event.payload["seqs"] if seq in acts and seq < event.seq]
            idle.update(named)
            yield from ((seq, _taken_back(max(at, acts[seq]), event)) for seq in named)


def _taken_back(at: datetime, event: Event) -> TakenBack:
    return TakenBack(at, event.recorded_at, event.kind, event.seq)
