"""Reading what a fold needs: the events of some tickets, and the rows that it is compared with."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from helpdesk.database.statement import Statement, of, run, run_together
from monitor.clock.book.policy import Book
from monitor.clock.replay import Event
from monitor.relay import book, kept_folds
from monitor.relay.kept_folds import StoredFold, TicketStory
from monitor.relay.stored_clocks import HeldClock, Identity, StoredClock, hold, read_rows_of


class TicketFacts(NamedTuple):
    """What a ticket says of itself: what is copied for its standing, and the number of its last event."""

    ticket_id: int
    store_id: int
    queue_id: int
    assignee_id: int | None
    environment: str
    status: str
    priority: str
    opened_at: datetime
    last_seq: int


@dataclass(frozen=True, slots=True)
class FoldInput:
    """All that a fold of some tickets needs to know; `keeping`: those that keep a fold, of use or not."""

    stories: dict[int, TicketStory]
    edition: Book
    rows: dict[Identity, StoredClock]
    facts: list[TicketFacts]
    keeping: Collection[int]


def read_to_fold(ticket_ids: Sequence[int], *, from_the_start: bool = False) -> FoldInput:
    """Return what a fold needs, once no sweep is at these tickets' clocks any more, and keep sweeps away.

    The clocks are locked first and read by another statement: one that waits for a lock does not see the
    flags that were raised in the meantime. `from_the_start`: no kept fold is believed.
    """
    told, [stamp], held, facts = run_together(
        of(ticket_ids, _EVENTS, (False,)) if from_the_start else _later_events(ticket_ids),
        book.STAMP,
        hold(ticket_ids),
        of(ticket_ids, _FACTS_AND_FOLDS),
    )
    edition, keeping = book.stamped(stamp), kept_folds.read_from(row[-3:] for row in facts if row[-1])
    stories = {pk: TicketStory(events) for pk, events in _by_ticket(ticket_ids, told).items()}
    if keeping and not from_the_start:
        running = [clock for clock in map(HeldClock._make, held) if clock.runs]
        stories |= _going_on(stories, keeping, edition, running=running)
    known = [TicketFacts._make(row[:-3]) for row in facts]
    is_new = not held and all(fact.last_seq == 1 for fact in known)
    rows = {} if is_new else read_rows_of(stories)
    return FoldInput(stories, edition, rows, known, keeping)


def read_to_tell(ticket_ids: Sequence[int]) -> tuple[Book, dict[int, TicketStory]]:
    """Return the book, and of each ticket the events that a relay has applied, or those since its kept fold."""
    told, [stamp], kept = run_together(
        _later_events(ticket_ids, relayed_only=True), book.STAMP, of(ticket_ids, kept_folds.KEPT)
    )
    edition, keeping = book.stamped(stamp), kept_folds.read_from(kept)
    stories = {pk: TicketStory(events) for pk, events in _by_ticket(ticket_ids, told).items()}
    return edition, stories | _going_on(stories, keeping, edition, relayed_only=True)


def _going_on(
    later: Mapping[int, TicketStory],
    keeping: Mapping[int, StoredFold],
    edition: Book,
    *,
    running: Iterable[HeldClock] = (),
    relayed_only: bool = False,
) -> dict[int, TicketStory]:
    """Return the story of each ticket that keeps a fold: what goes on from it, or all events.

    All are read where something reaches behind the fold, where it was made by other rules, and where a
    stored clock runs of which it knows nothing.
    """
    stories: dict[int, TicketStory] = {}
    for ticket_id, kept in keeping.items():
        events = later[ticket_id].events
        stories[ticket_id] = TicketStory(events, kept_folds.since(kept, events, edition))
    astray = {one.ticket_id for one in running if one.ticket_id in stories and _is_astray(one, stories)}
    whole = [pk for pk, story in stories.items() if story.since is None or pk in astray]
    if whole:
        told = read_events(whole, relayed_only=relayed_only)
        stories |= {ticket_id: TicketStory(events) for ticket_id, events in told.items()}
    return stories


def _is_astray(clock: HeldClock, stories: Mapping[int, TicketStory]) -> bool:
    """Whether a stored clock runs that had ended, or never was, by what the ticket's fold says."""
    story = stories[clock.ticket_id]
    if story.since is None or clock.start_seq > story.last_folded:
        return False
    identity = clock.metric, clock.start_seq
    return all(one.beginning.identity != identity for one in story.since.clocks)


def read_events(ticket_ids: Sequence[int], *, relayed_only: bool = False) -> dict[int, list[Event]]:
    """Return each ticket's events by seq; those set aside are left out until they are retried."""
    return _by_ticket(ticket_ids, run(*of(ticket_ids, _EVENTS, (relayed_only,))))


def read_whole(ticket_ids: Sequence[int], *, relayed_only: bool = False) -> dict[int, TicketStory]:
    """Return the whole story of each ticket, as `read_events` tells it."""
    told = read_events(ticket_ids, relayed_only=relayed_only)
    return {ticket_id: TicketStory(events) for ticket_id, events in told.items()}


def _later_events(ticket_ids: Sequence[int], *, relayed_only: bool = False) -> Statement:
    """Return what reads, of tickets that keep a fold, the events after it and any before it that no relay applied.

    Of one ticket no other event is so much as looked at. Many are mostly new: what would look for their folds
    one by one costs more than what leaves out the events of the few that keep any.
    """
    return of(ticket_ids, _LATER_OF_ONE if len(ticket_ids) == 1 else _LATER_OF_MANY, (relayed_only,))


def _by_ticket(ticket_ids: Sequence[int], rows: Sequence[tuple[Any, ...]]) -> dict[int, list[Event]]:
    events: dict[int, list[Event]] = {ticket_id: [] for ticket_id in ticket_ids}
    for ticket_id, seq, kind, occurred_at, recorded_at, imported, payload, told in rows:
        said = msgspec.json.decode(payload)
        events[ticket_id].append(Event(seq, kind, occurred_at, recorded_at, imported, said, told))
    return events


def read_facts(ticket_ids: Sequence[int]) -> list[TicketFacts]:
    """Return the facts of the tickets, by ascending id."""
    return [TicketFacts._make(row) for row in run(*of(ticket_ids, _FACTS))]


_EVENTS = """
    SELECT ticket_id, seq, kind, occurred_at, recorded_at, imported, payload, told
      FROM helpdesk_ticketevent
     WHERE ticket_id = ANY(%s::bigint[]) AND (relayed_at IS NOT NULL OR (set_aside_at IS NULL AND NOT %s))
  ORDER BY ticket_id, seq
"""

_LATER_OF_MANY = """
    SELECT event.ticket_id, seq, kind, occurred_at, recorded_at, imported, payload, told
      FROM helpdesk_ticketevent event
      LEFT JOIN monitor_keptfold kept ON kept.ticket_id = event.ticket_id
     WHERE event.ticket_id = ANY(%s::bigint[])
       AND (kept.last_seq IS NULL OR seq > kept.last_seq OR relayed_at IS NULL)
       AND (relayed_at IS NOT NULL OR (set_aside_at IS NULL AND NOT %s))
  ORDER BY event.ticket_id, seq
"""

_LATER_OF_ONE = """
    SELECT ticket.id, seq, kind, event.occurred_at, recorded_at, event.imported, payload, told
      FROM helpdesk_ticket ticket
      LEFT JOIN monitor_keptfold kept ON kept.ticket_id = ticket.id
     CROSS JOIN LATERAL (
               SELECT * FROM helpdesk_ticketevent
                WHERE ticket_id = ticket.id AND seq > coalesce(kept.last_seq, 0)
            UNION ALL
               SELECT * FROM helpdesk_ticketevent
                WHERE ticket_id = ticket.id AND seq <= kept.last_seq
                  AND relayed_at IS NULL AND set_aside_at IS NULL) event
     WHERE ticket.id = ANY(%s::bigint[]) AND (relayed_at IS NOT NULL OR (set_aside_at IS NULL AND NOT %s))
  ORDER BY ticket.id, seq
"""

_NAMED = (
    "ticket.id, store_id, queue_id, assignee_id, environment, status, priority, occurred_at, ticket.last_seq"
)

_FACTS = f"""
    SELECT {_NAMED}
      FROM helpdesk_ticket ticket JOIN helpdesk_store store ON store.id = store_id
     WHERE ticket.id = ANY(%s::bigint[])
  ORDER BY ticket.id
"""  # noqa: S608  # the columns are those here

_FACTS_AND_FOLDS = f"""
    SELECT {_NAMED}, ticket.id, kept.last_seq, kept.checkpoint
      FROM helpdesk_ticket ticket JOIN helpdesk_store store ON store.id = store_id
      LEFT JOIN monitor_keptfold kept ON kept.ticket_id = ticket.id
     WHERE ticket.id = ANY(%s::bigint[])
  ORDER BY ticket.id
"""  # noqa: S608  # the columns are those here
