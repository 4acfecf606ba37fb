"""Recounting: the relay's own arithmetic over tickets that nothing has happened to."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from helpdesk.models import LIVE_STATUSES, Ticket
from monitor.models import Clock
from monitor.relay import book, kept_folds, relay
from monitor.relay.difference import ClockDifference, clocks_of, compare
from monitor.relay.fold_input import read_facts, read_whole
from monitor.relay.standings import places_of, read_places
from monitor.relay.stored_clocks import read_rows

logger = logging.getLogger(__name__)

TOGETHER: Final = 50
"""So many tickets are locked at a time: who wants one waits for a tenth of a second, and each costs hardly more."""


@dataclass(frozen=True, slots=True)
class Drift:
    """A ticket whose stored clocks, flags, place in the queue or kept fold are not what replay says."""

    ticket_id: int
    what: str


@dataclass(frozen=True, slots=True)
class UnrecountedTicket:
    """A ticket of which replay says nothing, or nothing that can be written."""

    ticket_id: int
    why: str


def check(ticket_ids: Sequence[int], *, now: datetime) -> list[Drift]:
    """Return what has drifted; writes nothing. Events that wait for a relay are not counted yet."""
    with transaction.atomic():
        _lock(ticket_ids)
        stories, edition = read_whole(ticket_ids, relayed_only=True), book.current()
        clocks = clocks_of(stories, edition, now=now)
        difference = compare(clocks, read_rows(ticket_ids), now=now)
        places = {place.ticket_id: place for place in places_of(read_facts(ticket_ids), clocks)}
        stored, kept = read_places(ticket_ids), kept_folds.read(ticket_ids)
    drifted = [
        Drift(ticket_id, _what(difference, ticket_id)) for ticket_id in sorted(difference.ticket_ids())
    ]
    waiting = _waiting(ticket_ids)
    misplaced = [
        Drift(ticket_id, "standing")
        for ticket_id in ticket_ids
        if ticket_id not in waiting and places.get(ticket_id) != stored.get(ticket_id)
    ]
    misfolded = [
        Drift(ticket_id, "fold")
        for ticket_id, fold in sorted(kept.items())
        if not kept_folds.is_true(fold, stories[ticket_id].events, edition)
    ]
    return drifted + misplaced + misfolded


def repair(ticket_ids: Sequence[int], *, now: datetime) -> list[UnrecountedTicket]:
    """Write what replay says of these tickets; return those that cannot be recounted. One stops no other.

    What passes (a deadlock, a lost connection) is raised: whoever calls again finds nothing skipped.
    """
    try:
        _repair(ticket_ids, now=now)
    except Exception as failure:  # whatever it is, it is the fault of one of them
        if len(ticket_ids) > 1:
            return [undone for ticket_id in ticket_ids for undone in repair([ticket_id], now=now)]
        if isinstance(failure, OperationalError | InterfaceError):
            raise
        logger.exception("ticket %s cannot be recounted", *ticket_ids)
        return [UnrecountedTicket(ticket_ids[0], f"{type(failure).__name__}: {failure}")]
    return []


def chunks(*, everything: bool, size: int = TOGETHER) -> Iterator[list[int]]:
    """Yield the ids of live tickets, or of all, in ascending order."""
    tickets = every_ticket() if everything else live_tickets()
    reached = 0
    while ids := list(tickets.filter(pk__gt=reached)[:size]):
        yield ids
        reached = ids[-1]


def every_ticket() -> QuerySet[Ticket, int]:
    """Return the ids of all tickets, in ascending order."""
    return Ticket.objects.order_by("pk").values_list("pk", flat=True)


def live_tickets(*, since: datetime | None = None) -> QuerySet[Ticket, int]:
    """Return the ids of live tickets, with those that ended `since` then, in ascending order.

    Live is also what has a place in the queue or a clock that runs, rightly or not.
    """
    runs = Q(Exists(Clock.objects.not_ended().filter(ticket=OuterRef("pk"))))
    live = Q(status__in=LIVE_STATUSES) | Q(standing__isnull=False) | runs
    if since is not None:
        live |= Q(updated_at__gte=since)
    return every_ticket().filter(live)


def _repair(ticket_ids: Sequence[int], *, now: datetime) -> None:
    with transaction.atomic():
        relay.work_out_anew(_lock(ticket_ids), now=now)


def _lock(ticket_ids: Sequence[int]) -> list[int]:
    locked = Ticket.objects.select_for_update(no_key=True).filter(pk__in=ticket_ids).order_by("pk")
    return list(locked.values_list("pk", flat=True))


def _waiting(ticket_ids: Sequence[int]) -> set[int]:
    """Return the tickets whose events have not all been applied: they stand where they stood."""
    unapplied = Ticket.objects.filter(pk__in=ticket_ids, events__relayed_at=None)
    return set(unapplied.values_list("pk", flat=True))


def _what(difference: ClockDifference, ticket_id: int) -> str:
    parts = [
        *(f"new {each.line.metric}" for each in difference.new if each.line.ticket_id == ticket_id),
        *(f"changed {each.line.metric}" for each in difference.changed if each.line.ticket_id == ticket_id),
        *(
            f"superseded {row.line.metric}"
            for row in difference.superseded
            if row.line.ticket_id == ticket_id
        ),
        *(f"flag {each.reason}" for each in difference.withdrawn if each.ticket_id == ticket_id),
        *("flag restated" for each in difference.restated if each.ticket_id == ticket_id),
    ]
    return ", ".join(parts)
