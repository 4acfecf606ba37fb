"""A checkpoint: what the first events of a ticket have made of it, without the events.

Its size depends on how many metrics there are and on what the book promises, not on how many events it
stands for. It can be written as plain JSON and read again with the book that it was taken with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from monitor.clock import plain
from monitor.clock.book.policy import Attributes, Book
from monitor.clock.corrections import DELIVERY, SPLIT, Event, TakenBack, in_utc
from monitor.clock.metrics import RESPONSES, Metric
from monitor.clock.question import Reopening
from monitor.clock.timer import Stopped, Timer

RULES: Final = 6
"""The number of the rules: whoever changes what an event does to a clock raises it."""


class ReachesBehind(ValueError):
    """An event among those to go on with reaches behind the checkpoint: fold from the start."""


class Checkpoint(NamedTuple):
    """The state of a ticket after its first `events` events, in the order in which they are folded.

    The last of them stands at (`at`, `seq`), and every other event has a number above `last_seq`, or was
    not there to be folded. `clocks` are those that run, and those that reopening goes
    on with, in the order of their start; what else has ended is left out but for its number in `counts`.
    `questions` are the numbers of those that nobody has answered: whatever comes later knows them all.
    """

    stamp: str
    events: int
    opened_at: datetime
    at: datetime
    seq: int
    last_seq: int
    status: str
    attributes: Attributes
    begun: bool
    questions: tuple[int, ...]
    reopening: Reopening | None
    untold: TakenBack | None
    counts: tuple[tuple[Metric, int], ...]
    clocks: tuple[Timer | Stopped, ...]

    def covers(self, at: datetime, seq: int) -> bool:
        """Whether an event stands at the checkpoint or before it."""
        return (max(at, self.opened_at), seq) <= (self.at, self.seq)

    def to_builtins(self) -> dict[str, Any]:
        """Return it as JSON can hold it: instants and durations are whole microseconds."""
        return self._asdict() | {
            "opened_at": plain.write_instant(self.opened_at),
            "at": plain.write_instant(self.at),
            "attributes": plain.write_attributes(self.attributes),
            "untold": plain.write_taken_back(self.untold),
            "counts": [[metric.value, count] for metric, count in self.counts],
            "clocks": [plain.write_clock(clock) for clock in self.clocks],
        }

    @classmethod
    def from_builtins(cls, said: Mapping[str, Any], book: Book, *, zones: str) -> Checkpoint | None:
        """Read what `to_builtins` wrote; None where the rules, the zones or the book are not the same."""
        at = plain.read_instant(said["at"])
        if said["stamp"] != stamp(book, at, zones=zones):
            return None
        return cls(
            stamp=said["stamp"],
            events=said["events"],
            opened_at=plain.read_instant(said["opened_at"]),
            at=at,
            seq=said["seq"],
            last_seq=said["last_seq"],
            status=said["status"],
            attributes=plain.read_attributes(said["attributes"]),
            begun=said["begun"],
            questions=tuple(said["questions"]),
            reopening=None if said["reopening"] is None else Reopening(*said["reopening"]),
            untold=plain.read_taken_back(said["untold"]),
            counts=tuple((Metric(name), count) for name, count in said["counts"]),
            clocks=tuple(plain.read_clock(one, book) for one in said["clocks"]),
        )


def stamp(book: Book, at: datetime, *, zones: str) -> str:
    """Return what a fold up to `at` depends on besides its events.

    `zones` tells the zone data that the calendars were read with from any other: the core cannot know.
    """
    return f"{RULES}/{zones}/{book.edition(at)}"


def reaches_behind(events: Iterable[Event], checkpoint: Checkpoint) -> bool:
    """Whether any of the events that were not folded yet changes what was.

    One dated before the last event of the checkpoint does, and one of a lower number that was left out; so
    does a correction of something that is not among these events, and a merge that moves the start of a
    clock that the checkpoint holds.
    """
    later = list(events)
    known = {event.seq: event.kind for event in later}
    return any(_reaches_behind(event, known, checkpoint) for event in later)


def _reaches_behind(event: Event, known: Mapping[int, str], checkpoint: Checkpoint) -> bool:
    if event.seq <= checkpoint.last_seq or checkpoint.covers(in_utc(event.occurred_at), event.seq):
        return True
    if event.kind in DELIVERY:
        return known.get(event.payload["reply_seq"]) != "public_reply_sent"
    if event.kind in ("undone", SPLIT):
        return any(seq not in known for seq in event.payload["seqs"])
    if event.kind == "restored":
        return checkpoint.status == "void"
    return event.kind == "absorbed" and _moves_start(event, checkpoint)


def _moves_start(event: Event, checkpoint: Checkpoint) -> bool:
    if event.payload.get("waiting_since") is None:
        return False
    since = in_utc(datetime.fromisoformat(event.payload["waiting_since"]))
    return any(
        isinstance(clock, Timer) and clock.beginning.metric in RESPONSES and since < clock.meter.started_at
        for clock in checkpoint.clocks
    )
