"""How another app narrows the list of tickets: a rule, in words, and what a number counted if not tickets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from helpdesk.models.ticket import TicketQuerySet


@dataclass(frozen=True, slots=True)
class ListTally:
    """Things of which a ticket may have several: how many these tickets have, no further than so many, and in words."""

    count: Callable[[TicketQuerySet, int], int]
    words: Callable[[int, str], str]


@dataclass(frozen=True, slots=True)
class ListNarrowing:
    """A rule about tickets, and how to say it. None: an address names what does not exist.

    What is `few` is read whole, and sorted.
    """

    rule: Q | None
    words: Sequence[str]
    few: bool = True
    tally: ListTally | None = None


def nothing() -> ListNarrowing:
    """Return what is left where an address asks for what does not exist."""
    return ListNarrowing(None, [_("nothing that exists")])
