"""How the clocks of some tickets stand, worked out from their events at the moment of asking.

Told are the clocks that run and the last of each metric; all that there ever were only where they are asked for.
A door that has just changed tickets tells their clocks in the same breath: then the relay has worked them
out already and given them along with the tickets, and nothing is read again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import itemgetter

from helpdesk.database.statement import ids, run
from helpdesk.models import Ticket
from monitor.clock.book.policy import Book
from monitor.clock.clock import ReplayedClock
from monitor.clock.metrics import MEASURES
from monitor.relay import book
from monitor.relay.difference import clocks_of
from monitor.relay.fold_input import FoldInput, read_to_tell, read_whole
from monitor.relay.kept_columns import clock_of
from monitor.relay.kept_folds import TicketStory
from monitor.relay.stored_clocks import read_last_lines

NAMES_KEPT_FOR = 10.0
"""Seconds for which a policy that was renamed may still be called by its old name."""


@dataclass(frozen=True, slots=True)
class TicketClocks:
    """A ticket's clocks; null while an event waits that no relay could apply. `aside`: one is left out.

    `partial`: those that had ended before the ticket's kept fold are not among them.
    """

    clocks: Sequence[ReplayedClock] | None
    aside: bool
    partial: bool = False


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
    known: FoldInput, clocks: Mapping[int, Sequence[ReplayedClock]], *, now: datetime
) -> dict[int, RelayedClocks]:
    """Return, for the door that changed these tickets, what the relay has just worked out and written."""
    made: dict[int, RelayedClocks] = {}
    for fact in known.facts:
        pk, last_seq = fact.ticket_id, fact.last_seq
        story = known.stories[pk]
        told = TicketClocks(clocks[pk], aside=story.known < last_seq, partial=story.since is not None)
        made[pk] = RelayedClocks(pk, last_seq, now, known.edition, told)
    return made


def tell(tickets: Sequence[Ticket], *, now: datetime) -> ClockState:
    """Return the clocks of each ticket that run, by replay, and the last of each metric.

    Neither the number of statements nor what it costs depends on how long the conversations are.
    """
    relayed = [one for ticket in tickets for one in ticket.relayed if isinstance(one, RelayedClocks)]
    in_order = sorted((one for one in relayed if one.now == now), key=lambda one: one.last_seq)
    newest = {one.ticket_id: one for one in in_order}
    if not newest or any(_has_moved_on(ticket, newest.get(ticket.pk)) for ticket in tickets):
        edition, stories = read_to_tell([ticket.pk for ticket in tickets])
        return ClockState(edition, _current(_work_out(tickets, stories, edition, now=now)))
    return ClockState(in_order[-1].edition, _current({pk: one.told for pk, one in newest.items()}))


def tell_all(ticket: Ticket, *, now: datetime) -> ClockState:
    """Return every clock that the ticket ever had, with all its segments; costs as much as all its events."""
    edition, stories = book.current(), read_whole([ticket.pk], relayed_only=True)
    return ClockState(edition, _work_out([ticket], stories, edition, now=now))


def _has_moved_on(ticket: Ticket, relayed: RelayedClocks | None) -> bool:
    return relayed is None or relayed.last_seq < ticket.last_seq


def _work_out(
    tickets: Sequence[Ticket], stories: Mapping[int, TicketStory], edition: Book, *, now: datetime
) -> dict[int, TicketClocks]:
    gaps = [ticket.pk for ticket in tickets if stories[ticket.pk].known < ticket.last_seq]
    aside: dict[int, bool] = dict(run(_UNRELAYED, (ids(gaps),))) if gaps else {}
    clocks = clocks_of({pk: story for pk, story in stories.items() if aside.get(pk, True)}, edition, now=now)
    return {
        pk: TicketClocks(clocks.get(pk), aside.get(pk, False), partial=story.since is not None)
        for pk, story in stories.items()
    }


def _current(told: Mapping[int, TicketClocks]) -> dict[int, TicketClocks]:
    """Keep of each ticket's clocks those that run and the last of each metric, which may be one that is stored."""
    partial = [pk for pk, one in told.items() if one.partial and one.clocks is not None]
    stored = read_last_lines(partial) if partial else {}
    return {
        pk: one
        if one.clocks is None
        else replace(one, clocks=_running_and_last([*map(clock_of, stored.get(pk, ())), *one.clocks]))
        for pk, one in told.items()
    }


def _running_and_last(clocks: Sequence[ReplayedClock]) -> list[ReplayedClock]:
    """Choose among clocks of which the later ones know better, and return them in the order of their start."""
    known = {(clock.metric, clock.start_seq): clock for clock in clocks}
    last = dict(sorted(known, key=itemgetter(1)))
    chosen = [one for one in known.values() if one.ended_at is None or one.start_seq == last[one.metric]]
    return sorted(chosen, key=in_order_of_start)


def in_order_of_start(clock: ReplayedClock) -> tuple[datetime, int, int]:
    """Return what clocks are ordered by: when they started, by which event, and the order of the metrics."""
    return clock.started_at, clock.start_seq, PLACES[clock.metric]


PLACES = {metric: place for place, metric in enumerate(MEASURES)}

# True where all that is not relayed was set aside: the rest can be told.
_UNRELAYED = """
    SELECT ticket_id, bool_and(is_aside)
      FROM unnest(%s::bigint[]) AS asked (ticket_id)
     CROSS JOIN LATERAL (
               SELECT false AS is_aside FROM helpdesk_ticketevent event
                WHERE event.ticket_id = asked.ticket_id AND relayed_at IS NULL AND set_aside_at IS NULL
            UNION ALL
               SELECT true FROM helpdesk_ticketevent event
                WHERE event.ticket_id = asked.ticket_id AND relayed_at IS NULL AND set_aside_at IS NOT NULL) unrelayed
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
