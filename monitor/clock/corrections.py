"""Order, and what was taken back: the events of a ticket as they are to be folded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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

    @property
    def is_elsewhere(self) -> bool:
        """Whether it was said, and counts, on another ticket."""
        return self.kind == SPLIT


NOT_HEARD: Final = ("reply_bounced", "reply_delayed")
"""The kinds that take a reply back: it never arrived, or it is still on its way."""
DELIVERY: Final = frozenset({*NOT_HEARD, "reply_left"})
"""The kinds that say what became of a reply on its way."""
SPLIT: Final = "split_off"
"""The kind that takes what was said to another ticket, where it counts from then on."""
CORRECTIONS: Final = frozenset({*DELIVERY, "restored", "undone", SPLIT})
"""The kinds that change what was: they are heeded beforehand."""

SAID: Final = ("opened", "customer_message_received", "public_reply_sent")
NOT_UNDONE: Final = frozenset({*SAID, *DELIVERY, "note_added"})
"""Nobody can undo what was said, or what became of it on its way."""

STANDINGS: Final = frozenset({"status_changed", "reopened", "resolved", "closed"})
"""The kinds that say how a ticket stands or ends."""
GONE_BY: Final = ("merged_into", "voided")

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
    for pair in _corrected(placed):
        if pair[0] in position:
            yield min(map(position.__getitem__, pair)), max(map(position.__getitem__, pair))
    farthest = 0
    for seq in sorted(position):
        yield position[seq], farthest
        farthest = max(farthest, position[seq])


def _corrected(placed: Sequence[Placed]) -> Iterator[tuple[int, int]]:
    """Yield each event and what took it back, or may yet: an undoing that is undone itself is no longer."""
    yield from ((seq, by.seq) for seq, by in find_taken_back(placed).items())
    for _, event in placed:
        if event.kind in DELIVERY:
            yield event.payload["reply_seq"], event.seq
        if event.kind in ("undone", SPLIT):
            yield from ((seq, event.seq) for seq in event.payload["seqs"])


def in_utc(at: datetime) -> datetime:
    """Return the same instant in UTC."""
    if at.tzinfo is UTC:
        return at
    if at.tzinfo is None:
        raise NaiveInstant(at.isoformat())
    return at.astimezone(UTC)


def find_taken_back(placed: Sequence[Placed]) -> dict[int, TakenBack]:
    """Return, by seq, what nobody got, what was put aside and restored, split off to another ticket, and undone."""
    if not any(event.kind in CORRECTIONS for _, event in placed):
        return {}
    never = dict(_undone(placed))
    never |= dict(_split_off([one for one in placed if one[1].seq not in never]))
    standing = [one for one in placed if one[1].seq not in never]
    return dict(_not_heard(standing)) | dict(_restored(standing)) | never


def _not_heard(placed: Sequence[Placed]) -> Iterator[tuple[int, TakenBack]]:
    """Yield the replies that nobody got, with the last that said so.

    One that left after a delay was never taken back, unless it bounced, before or after.
    """
    for seq, (sent_at, became) in _became(placed).items():
        bounced = any(event.kind == "reply_bounced" for _, event in became)
        said = [(at, event) for at, event in became if event.kind in NOT_HEARD]
        if bounced or became[-1][1].kind == "reply_delayed":
            at, event = said[-1]
            yield seq, _taken_back(max(at, sent_at), event)


def find_held(placed: Sequence[Placed]) -> dict[int, TakenBack]:
    """Return, by seq, the replies that were given up for a while, and when each left after all."""
    return {
        seq: _taken_back(max(became[-1][0], sent_at), became[-1][1])
        for seq, (sent_at, became) in _became(placed).items()
        if [event.kind for _, event in became][-2:] == ["reply_delayed", "reply_left"]
    }


def _became(placed: Sequence[Placed]) -> dict[int, tuple[datetime, list[Placed]]]:
    """Return, by seq, when each reply was sent of which more is known, and what became of it, as it was learnt."""
    replies = {event.seq: at for at, event in placed if _is_from_us(event)}
    told: dict[int, tuple[datetime, list[Placed]]] = {}
    for at, event in sorted(placed, key=lambda pair: pair[1].seq):
        if event.kind in DELIVERY and (sent_at := replies.get(event.payload["reply_seq"])) is not None:
            told.setdefault(event.payload["reply_seq"], (sent_at, []))[1].append((at, event))
    return told


def _is_from_us(event: Event) -> bool:
    return event.kind == "public_reply_sent" or (
        event.kind == "opened" and event.payload.get("initiated_by") == "agent"
    )


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


def _split_off(placed: Sequence[Placed]) -> Iterator[tuple[int, TakenBack]]:
    """Yield what went to another ticket: whatever it was but the opening."""
    counted = {event.seq: at for at, event in placed if event.kind != "opened"}
    for at, event in placed:
        if event.kind == SPLIT:
            named = [seq for seq in event.payload["seqs"] if seq in counted and seq < event.seq]
            yield from ((seq, _taken_back(max(at, counted[seq]), event)) for seq in named)


def find_dropped(placed: Sequence[Placed], taken_back: Mapping[int, TakenBack]) -> set[int]:
    """Return, by seq, the statuses and endings that were told when something newer was there already."""
    dropped: set[int] = set()
    newest: datetime | None = None
    for at, event in sorted(placed, key=lambda pair: pair[1].seq) if _is_told_how_it_stands(placed) else ():
        stands = event.kind in STANDINGS
        if stands and event.is_told and newest is not None and newest > at:
            dropped.add(event.seq)
        elif event.seq not in taken_back and (stands or event.kind in GONE_BY or _is_asked(event)):
            newest = at if newest is None else max(newest, at)
    return dropped


def _is_told_how_it_stands(placed: Sequence[Placed]) -> bool:
    return any(event.kind in STANDINGS and event.is_told for _, event in placed)


def _is_asked(event: Event) -> bool:
    return event.kind == "customer_message_received" and not event.payload.get("automatic")


def _taken_back(at: datetime, event: Event) -> TakenBack:
    return TakenBack(at, event.recorded_at, event.kind, event.seq)
