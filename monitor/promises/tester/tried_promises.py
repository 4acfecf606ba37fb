"""A ticket that need not be there, held against a book: which policy applies, and what its clocks make of that.

Pure: what is asked of the database is asked before, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from monitor.clock.book.policy import Attributes, Book, PolicyInForce
from monitor.clock.book.rules import CONDITIONS
from monitor.clock.clock import ReplayedClock
from monitor.clock.ledger import Step, explain
from monitor.clock.replay import Event, replay


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedTicket:
    """What policies can ask of a ticket, when its customer asked, and what has happened since then.

    `initiated_by` says whose its first message is, as its `opened` event has it; `later` are events after that.
    """

    attributes: Attributes
    opened_at: datetime
    initiated_by: str = "customer"
    later: tuple[Event, ...] = ()


class PolicyPlace(StrEnum):
    """Where a policy stands to a ticket."""

    ASKS_FOR_OTHERS = "asks_for_others"
    APPLIES = "applies"
    COMES_LATER = "comes_later"


class ConditionVerdict(NamedTuple):
    """What a policy asks, what the ticket has, and whether that is enough."""

    key: str
    wanted: frozenset[Hashable]
    has: frozenset[Hashable]
    holds: bool


@dataclass(frozen=True, slots=True)
class PolicyVerdict:
    """What became of one policy in force, condition by condition; of those that match the first applies."""

    version: PolicyInForce
    place: PolicyPlace
    conditions: tuple[ConditionVerdict, ...]

    @property
    def failed(self) -> tuple[ConditionVerdict, ...]:
        """Return the conditions that do not hold."""
        return tuple(one for one in self.conditions if not one.holds)


@dataclass(frozen=True, slots=True)
class TriedClock:
    """A clock, and its ledger up to its due time, its end, or the last that was told of the ticket."""

    clock: ReplayedClock
    ledger: tuple[Step, ...]

    @property
    def never_due(self) -> bool:
        """Whether it runs towards a target that no open time is left for."""
        clock = self.clock
        runs = clock.ended_at is None and clock.paused_at is None
        return runs and clock.target is not None and clock.due_at is None


@dataclass(frozen=True, slots=True)
class TriedPromises:
    """All policies in force as the ticket was opened, in the order in which they match, and its clocks by the book."""

    tried: TriedTicket
    edition: Book
    shown_at: datetime
    policies: tuple[PolicyVerdict, ...]
    clocks: tuple[TriedClock, ...]

    @property
    def applying(self) -> PolicyVerdict | None:
        """Return the policy that applies; None where none does, and nothing is promised."""
        return next((one for one in self.policies if one.place is PolicyPlace.APPLIES), None)

    def comes_before_applying(self, verdict: PolicyVerdict) -> bool:
        """Whether a policy is asked before the one that applies."""
        places = [one.place for one in self.policies]
        return PolicyPlace.APPLIES in places[self.policies.index(verdict) :]


def try_ticket(tried: TriedTicket, edition: Book) -> TriedPromises:
    """Say what the versions in a book promise a ticket; it may be one of drafts.

    What applies is asked for the instant at which the ticket is opened; versions to come that touch open clocks shape
    due times as they do in earnest. Clocks stand as at `shown_at`, the last that is told of it.
    """
    events = [_opening(tried), *tried.later]
    shown_at = max(event.occurred_at for event in events)
    clocks = replay(events, edition, reports=False, shown_at=shown_at)
    counted = tuple(_counted(clock, edition, shown_at) for clock in clocks)
    return TriedPromises(tried, edition, shown_at, tuple(_verdicts(tried, edition)), counted)


def conditions_of(version: PolicyInForce, attributes: Attributes) -> tuple[ConditionVerdict, ...]:
    """Hold each condition of a policy against a ticket, in the order in which conditions are always listed."""
    match = version.rules.match
    return tuple(_condition(key, match[key], attributes) for key in CONDITIONS if key in match)


def _condition(key: str, wanted: frozenset[Hashable], attributes: Attributes) -> ConditionVerdict:
    value = getattr(attributes, key)
    has = value if key == "tags" else frozenset([value])
    return ConditionVerdict(key, wanted, has, holds=not wanted.isdisjoint(has))


def _verdicts(tried: TriedTicket, edition: Book) -> Iterator[PolicyVerdict]:
    taken = False
    for version in edition.in_force(tried.opened_at):
        conditions = conditions_of(version, tried.attributes)
        matches = all(one.holds for one in conditions)
        first = PolicyPlace.COMES_LATER if taken else PolicyPlace.APPLIES
        yield PolicyVerdict(version, first if matches else PolicyPlace.ASKS_FOR_OTHERS, conditions)
        taken = taken or matches


def _opening(tried: TriedTicket) -> Event:
    """Return the event that opens it, heard of as it happened."""
    attributes = tried.attributes._asdict()
    payload = {
        **attributes,
        "tags": sorted(tried.attributes.tags),
        "initiated_by": tried.initiated_by,
        "automatic": False,
    }
    return Event(1, "opened", tried.opened_at, tried.opened_at, imported=False, payload=payload, told=False)


def _counted(clock: ReplayedClock, edition: Book, shown_at: datetime) -> TriedClock:
    until = clock.ended_at or clock.due_at or shown_at
    return TriedClock(clock, tuple(explain(clock, edition, until)))
