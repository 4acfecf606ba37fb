"""How the clocks of some tickets stand, worked out from their events at the moment of asking.

A door that has just changed tickets tells their clocks in the same breath: then the relay has worked them
out already and given them along with the tickets, and nothing is read again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from helpdesk.database.statement import ids, run
from helpdesk.models import Ticket
from monitor.clock.clock import Clock
from monitor.clock.policy import Book
from monitor.relay import book
from monitor.relay.difference import clocks_of
from monitor.relay.fold_input import FoldInput, read_events

NAMES_KEPT_FOR = 10.0
"""Seconds for which a policy that was renamed may still be called by its old name."""


@dataclass(frozen=True, slots=True)
class TicketClocks:
    """A ticket's clocks; null while an event waits that no relay could apply. `aside`: one is left out."""

    clocks: Sequence[Clock] | None
    aside: bool


@dataclass(frozen=True, slots=True)
class ClockState:
    """What was told of each ticket, and the book that it was worked out with."""

    edition: Book
    told: Mapping[int, TicketClocks]


@dataclass(frozen=True, slots=True)
class RelayedClocks:
    """What the relay made of a ticket at `now`, up to its event `last_seq`; of use while both are the latest."""

    ticket_id: int
    last_seq: int
    now: datetime
    edition: Book
    told: TicketClocks


def relayed_clocks(
    known: FoldInput, clocks: Mapping[int, Sequence[Clock]], *, now: datetime
) -> dict[int, RelayedClocks]:
    """Return, for the door that changed these tickets, what the relay has just worked out and written."""
    made: dict[int, RelayedClocks] = {}
    for fact in known.facts:
        pk, last_seq = fact.ticket_id, fact.last_seq
        told = TicketClocks(clocks[pk], aside=len(known.events[pk]) < last_seq)
        made[pk] = RelayedClocks(pk, last_seq, now, known.edition, told)
    return made


def tell(tickets: Sequence[Ticket], *, now: datetime) -> ClockState:
    """Return how each ticket's clocks stand, by replay, in a constant number of statements."""
    relayed = [one for ticket in tickets for one in ticket.relayed if isinstance(one, RelayedClocks)]
    in_order = sorted((one for one in relayed if one.now == now), key=lambda one: one.last_seq)
    newest = {one.ticket_id: one for one in in_order}
    if not newest or any(_has_moved_on(ticket, newest.get(ticket.pk)) for ticket in tickets):
        return _work_out(tickets)
    return ClockState(in_order[-1].edition, {pk: one.told for pk, one in newest.items()})


def _has_moved_on(ticket: Ticket, relayed: RelayedClocks | None) -> bool:
    return relayed is None or relayed.last_seq < ticket.last_seq


def _work_out(tickets: Sequence[Ticket]) -> ClockState:
    edition = book.current()
    events = read_events([ticket.pk for ticket in tickets], relayed_only=True)
    gaps = [ticket.pk for ticket in tickets if len(events[ticket.pk]) < ticket.last_seq]
    aside: dict[int, bool] = dict(run(_UNRELAYED, (ids(gaps),))) if gaps else {}
    clocks = clocks_of({pk: told for pk, told in events.items() if aside.get(pk, True)}, edition)
    told = {ticket.pk: TicketClocks(clocks.get(ticket.pk), aside.get(ticket.pk, False)) for ticket in tickets}
    return ClockState(edition, told)


# True where all that is not relayed was set aside: the rest can be told.
_UNRELAYED = """
    SELECT ticket_id, bool_and(set_aside_at IS NOT NULL)
      FROM helpdesk_ticketevent
     WHERE relayed_at IS NULL AND ticket_id = ANY(%s::bigint[])
  GROUP BY ticket_id
"""


Label = tuple[str | None, int | None]
"""What a version is a version of, and its number."""


@dataclass(frozen=True, slots=True)
class VersionNames:
    """What versions of policies and calendars are called, by id."""

    policies: Mapping[int, Label]
    calendars: Mapping[int, Label]

    def of_policy(self, version: int | None) -> Label:
        return NOTHING if version is None else self.policies.get(version, NOTHING)

    def of_calendar(self, version: int | None) -> Label:
        return NOTHING if version is None else self.calendars.get(version, NOTHING)


NOTHING: Label = (None, None)

_lock = threading.Lock()
_latest: list[tuple[float, Book, VersionNames]] = []


def names(edition: Book) -> VersionNames:
    """Return what the versions in this edition of the book are called."""
    with _lock:
        now = time.monotonic()
        if not _latest or _latest[0][1] is not edition or now - _latest[0][0] > NAMES_KEPT_FOR:
            _latest[:] = [(now, edition, _read_names())]
        return _latest[0][2]


def _read_names() -> VersionNames:
    policies = {number: (name, version) for number, name, version in run(_POLICIES, ())}
    calendars = {number: (name, version) for number, name, version in run(_CALENDARS, ())}
    return VersionNames(policies=policies, calendars=calendars)


_POLICIES = """
    SELECT version.id, policy.name, version.version
      FROM monitor_policyversion version JOIN monitor_policy policy ON policy.id = policy_id
"""

_CALENDARS = """
    SELECT version.id, calendar.name, version.version
      FROM monitor_calendarversion version JOIN monitor_calendar calendar ON calendar.id = calendar_id
"""
