"""How the clocks of some tickets stand, worked out from their events at the moment of asking."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from helpdesk.models.statement import run
from monitor.clock.clock import Clock
from monitor.clock.policy import Book
from monitor.services import book
from monitor.services.comparing import clocks_of
from monitor.services.reading import read_events

NAMES_KEPT_FOR = 10.0
"""Seconds for which a policy that was renamed may still be called by its old name."""


@dataclass(frozen=True, slots=True)
class Told:
    """A ticket's clocks; null while an event waits that no relay could apply. `aside`: one is left out."""

    clocks: tuple[Clock, ...] | None
    aside: bool


def tell(ticket_ids: Sequence[int]) -> dict[int, Told]:
    """Return how each ticket's clocks stand, by replay, in a constant number of statements."""
    aside = dict(run(_UNRELAYED, (list(ticket_ids),)))
    sound = [ticket_id for ticket_id in ticket_ids if aside.get(ticket_id, True)]
    clocks = clocks_of(read_events(sound), book.current()) if sound else {}
    return {
        ticket_id: Told(clocks=clocks.get(ticket_id), aside=aside.get(ticket_id, False))
        for ticket_id in ticket_ids
    }


Label = tuple[str | None, int | None]
"""What a version is a version of, and its number."""


@dataclass(frozen=True, slots=True)
class Names:
    """What versions of policies and calendars are called, by id."""

    policies: Mapping[int, Label]
    calendars: Mapping[int, Label]

    def of_policy(self, version: int | None) -> Label:
        return NOTHING if version is None else self.policies.get(version, NOTHING)

    def of_calendar(self, version: int | None) -> Label:
        return NOTHING if version is None else self.calendars.get(version, NOTHING)


NOTHING: Label = (None, None)

_lock = Lock()
_latest: list[tuple[float, Book, Names]] = []


def names(edition: Book) -> Names:
    """Return what the versions in this edition of the book are called."""
    with _lock:
        now = time.monotonic()
        if not _latest or _latest[0][1] is not edition or now - _latest[0][0] > NAMES_KEPT_FOR:
            _latest[:] = [(now, edition, _read_names())]
        return _latest[0][2]


def _read_names() -> Names:
    policies = {number: (name, version) for number, name, version in run(_POLICIES, ())}
    calendars = {number: (name, version) for number, name, version in run(_CALENDARS, ())}
    return Names(policies=policies, calendars=calendars)


_POLICIES = """
    SELECT version.id, policy.name, version.version
      FROM monitor_policyversion version JOIN monitor_policy policy ON policy.id = policy_id
"""

_CALENDARS = """
    SELECT version.id, calendar.name, version.version
      FROM monitor_calendarversion version JOIN monitor_calendar calendar ON calendar.id = calendar_id
"""

# True where all that is not relayed was set aside: the rest can be told.
_UNRELAYED = """
    SELECT ticket_id, bool_and(set_aside_at IS NOT NULL)
      FROM helpdesk_ticketevent
     WHERE relayed_at IS NULL AND ticket_id = ANY(%b)
  GROUP BY ticket_id
"""
