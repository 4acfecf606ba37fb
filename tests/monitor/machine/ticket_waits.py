"""Who waits on a ticket: by its clocks, and by its own columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final, NamedTuple, Protocol

from helpdesk.models import Author, EventKind, Ticket, TicketEvent
from monitor.clock.book.policy import Book
from monitor.clock.metrics import RESPONSES, Metric, Outcome
from monitor.clock.replay import Event, replay
from monitor.models import Clock, PolicyVersion

NO_PROMISES: Final = Book([], [])
BY_HAND: Final = (EventKind.DUE_TIME_SET, EventKind.DUE_TIME_CLEARED)


class Waits(NamedTuple):
    """Since when a response clock runs, and since when one of acknowledgement."""

    waiting_since: datetime | None
    unacknowledged_since: datetime | None


class UnlikeItsClocks(NamedTuple):
    """A ticket whose columns say something else than its clocks."""

    ticket_id: int
    stored: Waits
    by_clocks: Waits


class AnyClock(Protocol):
    """A clock of a replay, or one that is stored."""

    @property
    def metric(self) -> str: ...
    @property
    def started_at(self) -> datetime: ...
    @property
    def ended_at(self) -> datetime | None: ...


def waits_of(clocks: Iterable[AnyClock]) -> Waits:
    running = {clock.metric: clock.started_at for clock in clocks if clock.ended_at is None}
    responses = [running[metric] for metric in RESPONSES if metric in running]
    return Waits(min(responses, default=None), running.get(Metric.ACKNOWLEDGEMENT))


def waits_without_policies(events: Sequence[Event]) -> Waits:
    """Return who waits where no policy has a say; a due time set by hand has none either, right or wrong."""
    return waits_of(replay(without_due_times(events), NO_PROMISES, reports=False))


def without_due_times(events: Sequence[Event]) -> list[Event]:
    return [event for event in events if event.kind not in BY_HAND]


def unlike_their_clocks(ticket_ids: Sequence[int]) -> tuple[list[UnlikeItsClocks], int]:
    """Return the settled tickets whose columns differ from their clocks, and how many were held to stored ones.

    `waiting_since` is the start of the response clock that runs, and null exactly where none does;
    `unacknowledged_since` is that of acknowledgement. Without policies this holds of each ticket and its
    whole story. Of the stored clocks it holds but where a promise has a say in what the customer waits for,
    which a ticket knows nothing of: where bots count as persons and one has answered (both columns), and
    where a queue's policy has dropped a response clock as not applicable (`waiting_since`); and where an
    event is set aside, which no stored clock has seen.
    """
    unlike, held = [], 0
    bots_count = PolicyVersion.objects.filter(rules__bots_count=True).exists()
    clocks = _clocks_of(ticket_ids)
    for ticket, events in _tickets(ticket_ids):
        stored = Waits(ticket.waiting_since, ticket.unacknowledged_since)
        by_clocks = [waits_without_policies([_fact(event) for event in events])]
        bot_answered = bots_count and any(map(_is_by_bot, events))
        if not bot_answered and not any(event.set_aside_at for event in events):
            held += 1
            by_clocks.append(_but_for_what_was_dropped(clocks.get(ticket.pk, []), stored))
        unlike += [UnlikeItsClocks(ticket.pk, stored, waits) for waits in by_clocks if waits != stored]
    return unlike, held


def _clocks_of(ticket_ids: Sequence[int]) -> dict[int, list[Clock]]:
    rows = Clock.objects.standing().filter(ticket__in=ticket_ids).order_by("ticket_id", "start_seq")
    return {ticket_id: list(clocks) for ticket_id, clocks in groupby(rows, key=lambda row: row.ticket_id)}


def _tickets(ticket_ids: Sequence[int]) -> Iterator[tuple[Ticket, list[TicketEvent]]]:
    tickets = Ticket.objects.in_bulk(ticket_ids)
    rows = TicketEvent.objects.filter(ticket__in=ticket_ids).order_by("ticket_id", "seq")
    for ticket_id, events in groupby(rows, key=lambda row: row.ticket_id):
        yield tickets[ticket_id], list(events)


def _but_for_what_was_dropped(clocks: Sequence[Clock], stored: Waits) -> Waits:
    dropped = any(
        clock.metric in RESPONSES and clock.outcome == Outcome.NOT_APPLICABLE and clock.end_seq != 1
        for clock in clocks
    )
    waits = waits_of(clocks)
    return waits._replace(waiting_since=stored.waiting_since) if dropped else waits


def _is_by_bot(event: TicketEvent) -> bool:
    return event.kind == EventKind.PUBLIC_REPLY_SENT and event.payload["author"] == Author.BOT


def _fact(event: TicketEvent) -> Event:
    at, recorded_at = event.occurred_at, event.recorded_at
    return Event(event.seq, event.kind, at, recorded_at, event.imported, dict(event.payload), event.told)
