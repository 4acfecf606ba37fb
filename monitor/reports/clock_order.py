"""Tickets of selected clocks in the order of a list: the clocks are walked by an index, and as far as a page needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

from helpdesk.models.ticket import TicketQuerySet
from helpdesk.search.list_narrowing import Place
from monitor.clock.metrics import BESIDE, ONLY_ONCE
from monitor.models import Clock
from monitor.models.clock import ClockQuerySet
from monitor.reports.clock_selection import ClockSelection


@dataclass(frozen=True, slots=True)
class ClockOrder:
    """Tickets by their selected clocks: what falls due next comes first, else what began, or ended, last.

    A ticket with several of them stands where the first of these is.
    """

    selection: ClockSelection
    tickets: TicketQuerySet
    now: datetime

    def page(self, size: int, *, after: Place | None = None) -> list[Place]:
        """Return the places of so many tickets at most, after a place."""
        column, here = self._column, self._firsts()
        if after:
            here = here.filter(self._beyond(after))
        order = (column, "ticket") if self._rises else (f"-{column}", "-ticket")
        return list(here.order_by(*order).values_list(column, "ticket")[:size])

    def count(self, most: int) -> int:
        """Return how many tickets there are, no further than so many."""
        return self._firsts().order_by()[:most].count()

    @property
    def _rises(self) -> bool:
        return self.selection.due is not None

    @property
    def _column(self) -> str:
        if self.selection.due:
            return "breach_at"
        if self.selection.ended and self.selection.metric not in BESIDE:
            return "ended_at"
        return "started_at"

    def _beyond(self, after: Place) -> Q:
        here = Tuple(self._column, "ticket_id")
        return Q(TupleGreaterThan(here, after) if self._rises else TupleLessThan(here, after))

    def _firsts(self) -> ClockQuerySet:
        """Return of each ticket the clock that gives it its place."""
        found = self.selection.clocks(self.tickets, now=self.now)
        if self.selection.metric in ONLY_ONCE:
            return found
        others = Clock.objects.filter(self.selection.rule(self.now), ticket=OuterRef("ticket"))
        return found.exclude(Exists(others.filter(self._nearer)))

    @property
    def _nearer(self) -> Q:
        """Return the rule that a clock comes before the one around it."""
        column, beyond = self._column, "lt" if self._rises else "gt"
        tied = Q((column, OuterRef(column)), (f"pk__{beyond}", OuterRef("pk")))
        return Q((f"{column}__{beyond}", OuterRef(column))) | tied
