"""How another app narrows the list of tickets: a rule, in words, where its order is from, and what else is counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db.models import Q
from django.db.models.fields.tuple_lookups import Tuple, TupleLessThan
from django.utils.translation import gettext as _

from helpdesk.models.ticket import TicketQuerySet

Place = tuple[datetime, int]
"""An instant by which a list has its order, and the ticket there: behind the last of a page, the next begins."""


def after_place(column: str, place: Place | None) -> Q:
    """Return the rule that keeps what comes after a place, the newest first by a column; all where there is none."""
    return Q(TupleLessThan(Tuple(column, "id"), place)) if place else Q()


class ListOrder(Protocol):
    """Tickets in the order of a list."""

    def page(self, size: int, *, after: Place | None = None) -> list[Place]:
        """Return the places of so many at most, those that come after a place."""

    def count(self, most: int) -> int:
        """Return how many tickets there are, no further than so many."""


@dataclass(frozen=True, slots=True)
class SortedTickets:
    """Tickets, the newest first by a column: those that are few, or that an index has in this order."""

    tickets: TicketQuerySet
    column: str = "occurred_at"

    def page(self, size: int, *, after: Place | None = None) -> list[Place]:
        """Return the places of so many at most, after a place."""
        near = self.tickets.filter(after_place(self.column, after)).order_by(f"-{self.column}", "-id")
        return list(near.values_list(self.column, "id")[:size])

    def count(self, most: int) -> int:
        """Return how many there are, no further than so many."""
        return self.tickets.order_by()[:most].count()


@dataclass(frozen=True, slots=True)
class ListTally:
    """Things of which a ticket may have several: how many these tickets have, no further than so many, and in words."""

    count: Callable[[TicketQuerySet, int], int]
    words: Callable[[int, str], str]


@dataclass(frozen=True, slots=True)
class ListNarrowing:
    """A rule about tickets, and how to say it. None: an address names what does not exist.

    `order` gives those of some tickets that follow the rule, by an index of its own; without one they are read whole,
    and sorted.
    """

    rule: Q | None
    words: Sequence[str]
    order: Callable[[TicketQuerySet], ListOrder] | None = None
    tally: ListTally | None = None


def nothing() -> ListNarrowing:
    """Return what is left where an address asks for what does not exist."""
    return ListNarrowing(None, [_("nothing that exists")])
