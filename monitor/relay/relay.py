"""The relay: what happened to tickets, folded into their clocks. The only writer of clocks and standings."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction

from helpdesk.database.statement import ids, run, run_together
from helpdesk.models import EventKind, Ticket, TicketEvent
from helpdesk.models.event import LONGEST_REST
from monitor.alarms import flags
from monitor.clock.book.policy import Book
from monitor.clock.clock import ReplayedClock
from monitor.clock.replay import Event, replay
from monitor.relay import book, difference_rows, kept_folds, standings
from monitor.relay.clock_state import RelayedClocks, relayed_clocks
from monitor.relay.difference import ClockDifference, clocks_of, compare
from monitor.relay.fold_input import FoldInput, read_events, read_to_fold
from monitor.relay.kept_folds import TicketStory

logger = logging.getLogger(__name__)

FAILURES_ALLOWED = 5
SHORTEST_REST = timedelta(seconds=1)
NOTHING_PROMISED: Final = Book([], [])
SOON = timedelta(seconds=30)
"""The watch never sleeps longer: an alarm further off than this is found without a bell."""


def apply(ticket_ids: Sequence[int], *, now: datetime) -> dict[int, RelayedClocks]:
    """Bring the clocks of these tickets up to date with all their events, and mark the events relayed.

    The caller holds the tickets' locks. The number of statements does not depend on the number of tickets,
    nor what it costs on how long their conversations are. Returns how the clocks of each ticket stand, for a
    door that answers with them.
    """
    known, clocks, _difference = _bring_up(ticket_ids, now=now)
    return relayed_clocks(known, clocks, now=now)


def work_out_anew(ticket_ids: Sequence[int], *, now: datetime) -> None:
    """Bring the clocks of these tickets up to date, and believe no fold that a ticket keeps.

    Nothing has happened to them: those whose clocks were otherwise are told anew to whoever keeps a copy.
    """
    *_known, difference = _bring_up(ticket_ids, now=now, from_the_start=True)
    _move(difference.ticket_ids())


def _bring_up(
    ticket_ids: Sequence[int], *, now: datetime, from_the_start: bool = False
) -> tuple[FoldInput, Mapping[int, Sequence[ReplayedClock]], ClockDifference]:
    known = read_to_fold(ticket_ids, from_the_start=from_the_start)
    clocks = clocks_of(known.stories, known.edition, now=now)
    difference = compare(clocks, known.rows, now=now, stories=known.stories)
    _write(known, clocks, difference, now=now)
    _hand_over(known.stories, now=now)
    _ring(difference, clocks, now=now)
    return known, clocks, difference


def _move(ticket_ids: Iterable[int]) -> None:
    """Let tickets count as changed, by writing them as they are: the database stamps what is written."""
    run(
        "UPDATE helpdesk_ticket SET updated_at = updated_at WHERE id = ANY(%s::bigint[]) RETURNING id",
        [ids(ticket_ids)],
    )


def take_up_waiting(*, now: datetime, limit: int) -> int:
    """Apply what an earlier relay could not, ticket by ticket; return how many tickets were brought up.

    A ticket that somebody has locked is left to them, and one that has failed rests for as long again as its
    events have waited. After five failures of its own an event that cannot be applied is set aside, and the
    ticket's other events go on. What passes by itself counts for nobody, nor does a fault of the book's.
    """
    return sum(_take_up(ticket_id, now=now) for ticket_id in TicketEvent.objects.ready_tickets(now)[:limit])


def retry(events: Iterable[TicketEvent]) -> int:
    """Let events that were set aside wait again, to be taken up by the next heartbeat; return how many."""
    numbers = [event.pk for event in events]
    aside = TicketEvent.objects.set_aside().filter(pk__in=numbers)
    return aside.update(set_aside_at=None, failures=0, last_error="", retry_at=None)


def _write(
    known: FoldInput,
    clocks: Mapping[int, Sequence[ReplayedClock]],
    difference: ClockDifference,
    *,
    now: datetime,
) -> None:
    """Make the rows what they should be, and mark events as relayed and tickets for the figures, in one round trip."""
    ticket_ids = list(known.stories)
    run_together(
        *difference_rows.statements(difference, now=now),
        *standings.statements(ticket_ids, standings.places_of(known.facts, clocks)),
        *kept_folds.statements(known.stories, known.edition, keeping=known.keeping),
        (_MARK, (ids(ticket_ids), now, ids(ticket_ids))),
    )


def _hand_over(stories: Mapping[int, TicketStory], *, now: datetime) -> None:
    """Let alerts of tickets that were moved ask those who work where the tickets are now."""
    moved = [
        pk
        for pk, story in stories.items()
        if any(one.kind == EventKind.QUEUE_CHANGED for one in story.events)
    ]
    if moved:
        flags.put_back_by_strangers(ticket_ids=moved, now=now)


def _ring(
    difference: ClockDifference, clocks: Mapping[int, Sequence[ReplayedClock]], *, now: datetime
) -> None:
    """Raise what is due already, and wake the watch for what is due soon."""
    ringing = [each for each in (*difference.new, *difference.changed) if each.rings_at]
    alarms = [at for each in ringing for at in (each.rings_at, each.line.breach_at) if at]
    if any(at <= now for at in alarms):
        everything = sum(map(len, clocks.values()))
        flags.raise_due(now=now, limit=everything, noticed_by="relay", ticket_ids=list(clocks))
    if any(now < at <= now + SOON for at in alarms):  # a NOTIFY makes commits queue up: only where it matters
        run("SELECT pg_notify(%s, '')", (settings.ALARM_CHANNEL,))


def _take_up(ticket_id: int, *, now: datetime) -> int:
    try:
        with transaction.atomic():
            return _apply_if_free(ticket_id, now=now)
    except (OperationalError, InterfaceError) as passing:  # a lock, a timeout, a lost connection
        logger.warning("the events of ticket %s wait for another try: %s", ticket_id, passing)
        _rest(TicketEvent.objects.waiting().filter(ticket=ticket_id).order_by("seq").first(), now=now)
    except Exception as error:  # whatever it is, the other tickets go on
        logger.exception("the events of ticket %s cannot be applied", ticket_id)
        with transaction.atomic():
            return _count_failure(ticket_id, error, now=now)
    return 0


def _apply_if_free(ticket_id: int, *, now: datetime) -> int:
    if not _lock_if_free(ticket_id):
        return 0
    apply([ticket_id], now=now)
    _move([ticket_id])  # whoever has read it meanwhile was told nothing of its clocks
    return 1


def _lock_if_free(ticket_id: int) -> bool:
    free = Ticket.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=ticket_id)
    return free.values_list("pk", flat=True).first() is not None


def _count_failure(ticket_id: int, error: Exception, *, now: datetime) -> int:
    """Note the failure; return 1 where that set an event aside and the ticket was brought up without it."""
    if not _lock_if_free(ticket_id):
        return 0
    event = _at_fault(ticket_id)
    if event is None:
        logger.error("no event of ticket %s is at fault: its policy or calendar is", ticket_id)
        _rest(TicketEvent.objects.waiting().filter(ticket=ticket_id).order_by("seq").first(), now=now)
        return 0
    event.failures += 1
    event.last_error = f"{type(error).__name__}: {error}"[:500]
    event.set_aside_at = now if event.failures >= FAILURES_ALLOWED else None
    event.save(update_fields=["failures", "last_error", "set_aside_at"])
    _rest(event, now=now)
    return _go_on_without(event, now=now) if event.set_aside_at else 0


def _rest(event: TicketEvent | None, *, now: datetime) -> None:
    """Leave the ticket of a waiting event alone for as long again as the event has waited, within bounds."""
    if event is not None:
        rest = min(max(now - event.recorded_at, SHORTEST_REST), LONGEST_REST)
        TicketEvent.objects.filter(pk=event.pk, relayed_at=None).update(retry_at=now + rest)


def _go_on_without(event: TicketEvent, *, now: datetime) -> int:
    """Apply what is left at once: a recount that came by while the event waited could not do this ticket."""
    try:
        with transaction.atomic():
            apply([event.ticket_id], now=now)
            _move([event.ticket_id])
    except Exception:  # another one that cannot be applied; its turn comes with the next heartbeat
        logger.exception("ticket %s cannot be brought up without event %s either", event.ticket_id, event.seq)
        return 0
    return 1


def _at_fault(ticket_id: int) -> TicketEvent | None:
    """Return the waiting event that is at fault; None where none is, but the book, or where none waits any more.

    An event is at fault where replay fails with it, and without any promise too. Where replay does not fail at
    all, what it says could not be written down: that is laid to the first event that waits.
    """
    waiting = list(TicketEvent.objects.waiting().filter(ticket=ticket_id).order_by("seq"))
    everything = read_events([ticket_id])[ticket_id]
    for event in waiting:
        told = [one for one in everything if one.seq <= event.seq]
        if not _is_readable(told):
            return event
        if not _can_be_replayed(told):
            return None
    return waiting[0] if waiting else None


def _is_readable(events: Sequence[Event]) -> bool:
    return _replays(events, NOTHING_PROMISED)


def _can_be_replayed(events: Sequence[Event]) -> bool:
    try:
        promised = book.current()
    except Exception:  # noqa: BLE001  # a book that cannot even be read
        return False
    return _replays(events, promised)


def _replays(events: Sequence[Event], promised: Book) -> bool:
    try:
        replay(events, promised, reports=False)
    except Exception:  # noqa: BLE001  # the very failure that is looked for
        return False
    return True


_MARK = """
    WITH to_roll_up AS (INSERT INTO monitor_rollupmark (ticket_id) SELECT unnest(%s::bigint[]))
    UPDATE helpdesk_ticketevent SET relayed_at = %s
     WHERE ticket_id = ANY(%s::bigint[]) AND relayed_at IS NULL AND set_aside_at IS NULL RETURNING id
"""
"""Marks for the figures are only ever added: nobody waits for whoever takes them away, and none is lost to them."""
