"""One ticket explained: its events, what replay makes of them, and what is stored, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from helpdesk.models import Ticket, TicketEvent
from monitor.clock.book.policy import Book
from monitor.clock.clock import ReplayedClock
from monitor.models import Flag
from monitor.relay import book, recount
from monitor.relay.difference import ClockDifference, WantedClock, clocks_of, compare
from monitor.relay.fold_input import read_facts, read_whole
from monitor.relay.kept_columns import ClockColumns, QueuePlace, clock_columns
from monitor.relay.kept_folds import TicketStory
from monitor.relay.standings import places_of, read_places
from monitor.relay.stored_clocks import Identity, StoredClock, read_rows

SHOWN = (*ClockColumns._fields[3:], "rings_at", "superseded")
"""What is compared of a clock, after the ticket, the metric and the event that name it."""


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """An event, and whether the relay has counted it: `relayed`, `waiting` or `set aside`."""

    seq: int
    kind: str
    occurred_at: datetime
    recorded_at: datetime
    counted: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ComparedValue:
    """What replay says of one column, and what is stored."""

    name: str
    replayed: object
    stored: object
    differs: bool


@dataclass(frozen=True, slots=True)
class ComparedClock:
    """A clock, replayed or stored or both; `superseded`: a correction has taken it away, and the row knows."""

    metric: str
    start_seq: int
    superseded: bool
    values: list[ComparedValue]


@dataclass(frozen=True, slots=True)
class ComparedFlag:
    """A flag and the instant it speaks of; `why`: the reason for which it was, or should be, withdrawn."""

    id: int
    metric: str
    level: str
    raised_at: ComparedValue
    noticed_at: datetime
    noticed_by: str
    why: str


@dataclass(frozen=True, slots=True)
class TicketExplanation:
    """All there is to know of how a ticket stands; `drifted` is what `recount` says of it."""

    reference: str
    now: datetime
    drifted: list[str]
    events: list[ToldEvent]
    clocks: list[ComparedClock]
    flags: list[ComparedFlag]
    place: list[ComparedValue]


@dataclass(frozen=True, slots=True)
class ComparedTicket:
    """A ticket's stored rows beside what replay makes of its events: those that a relay has applied, in `story`.

    `replayed` are the clocks by replay, with all their segments, by metric and first event.
    """

    now: datetime
    drifted: list[str]
    clocks: list[ComparedClock]
    flags: list[ComparedFlag]
    place: list[ComparedValue]
    story: TicketStory
    edition: Book
    replayed: Mapping[tuple[str, int], ReplayedClock]


def explain(ticket: Ticket, *, now: datetime) -> TicketExplanation:
    """Say all there is to know of how a ticket stands; it is locked as long as it is looked at."""
    with transaction.atomic():
        seen = compare_ticket(ticket, now=now)
        events = [_told(event) for event in TicketEvent.objects.filter(ticket=ticket).order_by("seq")]
    return TicketExplanation(ticket.reference, now, seen.drifted, events, seen.clocks, seen.flags, seen.place)


def compare_ticket(ticket: Ticket, *, now: datetime) -> ComparedTicket:
    """Compare as `recount.check` does, whose word counts; the ticket is locked as long as it is looked at."""
    numbers = [ticket.pk]
    with transaction.atomic():
        drifted = [drift.what for drift in recount.check(numbers, now=now)]
        stories, edition = read_whole(numbers, relayed_only=True), book.current()
        clocks, rows = clocks_of(stories, edition, now=now), read_rows(numbers)
        difference = compare(clocks, rows, now=now)
        return ComparedTicket(
            now=now,
            drifted=drifted,
            clocks=list(_compared_clocks(ticket.pk, clocks[ticket.pk], rows, difference)),
            flags=[_compared_flag(flag, difference) for flag in ticket.flags.order_by("pk")],
            place=_compared_place(numbers, clocks, drifted="standing" in drifted),
            story=stories[ticket.pk],
            edition=edition,
            replayed={(clock.metric.value, clock.start_seq): clock for clock in clocks[ticket.pk]},
        )


def _told(event: TicketEvent) -> ToldEvent:
    aside = "set aside" if event.set_aside_at else "waiting"
    counted = "relayed" if event.relayed_at else aside
    return ToldEvent(event.seq, event.kind, event.occurred_at, event.recorded_at, counted, event.payload)


def _compared_clocks(
    ticket_id: int,
    clocks: Iterable[ReplayedClock],
    rows: Mapping[Identity, StoredClock],
    difference: ClockDifference,
) -> Iterator[ComparedClock]:
    """Yield the clocks in the order in which they started, then rows that replay knows nothing of."""
    written = {one.line.identity: one for one in (*difference.new, *difference.changed)}
    replayed = [clock_columns(ticket_id, clock).identity for clock in clocks]
    for identity in replayed:
        row = rows.get(identity)
        as_stored = WantedClock(row.line, row.rings_at) if row else None
        yield _compared_clock(identity, written.get(identity, as_stored), row)
    for identity in sorted(rows.keys() - set(replayed)):
        yield _compared_clock(identity, None, rows[identity])


def _compared_clock(identity: Identity, wanted: WantedClock | None, row: StoredClock | None) -> ComparedClock:
    _ticket, metric, start_seq = identity
    gone = wanted is None and row is not None and row.superseded
    replayed = () if wanted is None else (*wanted.line[3:], wanted.rings_at, False)
    stored = () if row is None else (*row.line[3:], row.rings_at, row.superseded)
    return ComparedClock(metric, start_seq, gone, _compared(SHOWN, replayed, stored, settled=gone))


def _compared_flag(flag: Flag, difference: ClockDifference) -> ComparedFlag:
    withdrawn = {one.flag_id: one.reason for one in difference.withdrawn}
    restated = {one.flag_id: one.raised_at for one in difference.restated}
    gone = flag.pk in withdrawn or flag.withdrawn_at is not None
    speaks_of = None if gone else restated.get(flag.pk, flag.raised_at)
    differs = flag.pk in withdrawn or flag.pk in restated
    return ComparedFlag(
        id=flag.pk,
        metric=flag.metric,
        level=flag.level,
        raised_at=ComparedValue("raised_at", speaks_of, flag.raised_at, differs),
        noticed_at=flag.noticed_at,
        noticed_by=flag.noticed_by,
        why=withdrawn.get(flag.pk, flag.withdrawn_reason),
    )


def _compared_place(
    numbers: Sequence[int], clocks: Mapping[int, Sequence[ReplayedClock]], *, drifted: bool
) -> list[ComparedValue]:
    """Compare the ticket's place in the queue; while events wait it stands where it stood."""
    places = places_of(read_facts(numbers), clocks)
    stored = list(read_places(numbers).values())
    return _compared(QueuePlace._fields, *(sum(side, ()) for side in (places, stored)), settled=not drifted)


def _compared(
    names: Sequence[str], replayed: Sequence[object], stored: Sequence[object], *, settled: bool
) -> list[ComparedValue]:
    """Hold two rows against each other, either of which may not be there; `settled`: nothing differs."""
    nothing = [None] * len(names)
    sides = zip(names, replayed or nothing, stored or nothing, strict=True)
    return [ComparedValue(name, said, kept, not settled and said != kept) for name, said, kept in sides]
