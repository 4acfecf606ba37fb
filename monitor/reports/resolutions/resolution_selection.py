"""Which first resolutions a number counts, and the address of the list that shows exactly their tickets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleLessThan
from django.utils.translation import gettext_lazy as _

from helpdesk.models.ticket import TicketQuerySet
from helpdesk.search.list_narrowing import Place
from monitor.models import FirstResolution
from monitor.reports.clock_selection import UTC_ZONE, DaySpan, bounds
from monitor.reports.resolutions.first_resolutions import WEEK

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

CAME: Final[Mapping[str, Q]] = {
    "reopened": Q(reopened_at__isnull=False),
    "asked_again": Q(asked_again_at__isnull=False),
    "settled": Q(reopened_at=None, asked_again_at=None),
}
"""What can have come of a resolution within seven days."""

CAME_WORDS: Final[Mapping[str, _StrPromise]] = {
    "reopened": _("reopened within 7 days"),
    "asked_again": _("whose customer asked again within 7 days"),
    "settled": _("neither reopened nor asked again within 7 days"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionSelection:
    """First resolutions by their day in a zone, how soon their ticket had been answered, and what came of them.

    `band` is one of `response_bands`, `came` one of `CAME`; "" is any.
    """

    days: DaySpan
    zone: ZoneInfo = UTC_ZONE
    band: str = ""
    came: str = ""

    @property
    def rule(self) -> Q:
        """Return the rule about first resolutions."""
        rule = self.days.rule("resolved_at", self.zone)
        if self.band:
            rule &= Q(response=self.band)
        return rule & CAME[self.came] if self.came else rule

    @property
    def tickets(self) -> Q:
        """Return the rule about tickets."""
        return Q(Exists(FirstResolution.objects.filter(self.rule, pk=OuterRef("pk"))))

    @property
    def address(self) -> dict[str, str]:
        """Return what an address says of it."""
        return dict(self._said())

    def query(self, **more: str) -> str:
        """Return the query by which the list of tickets shows exactly these; `more` goes along."""
        return urlencode(self.address | more)

    def _said(self) -> Iterator[tuple[str, str]]:
        yield "first_resolved", str(self.days)
        if self.band:
            yield "response", self.band
        if self.came:
            yield "then", self.came
        yield "zone", self.zone.key


@dataclass(frozen=True, slots=True)
class ResolutionOrder:
    """Tickets by when they were first resolved, the last one first: walked by an index, as far as a page needs."""

    selection: ResolutionSelection
    tickets: TicketQuerySet

    def page(self, size: int, *, after: Place | None = None) -> list[Place]:
        """Return the places of so many tickets at most, after a place."""
        here = self._found()
        if after:
            here = here.filter(Q(TupleLessThan(Tuple("resolved_at", "ticket_id"), after)))
        return list(
            here.order_by("-resolved_at", "-ticket_id").values_list("resolved_at", "ticket_id")[:size]
        )

    def count(self, most: int) -> int:
        """Return how many tickets there are, no further than so many."""
        return self._found().order_by()[:most].count()

    def _found(self) -> QuerySet[FirstResolution]:
        theirs = Exists(self.tickets.filter(pk=OuterRef("pk")))
        return FirstResolution.objects.filter(self.selection.rule, theirs)


def decided_until(now: datetime, zone: ZoneInfo) -> date:
    """Return the last day such that the seven days of everybody who was resolved on it are over."""
    day = now.astimezone(zone).date() - WEEK - timedelta(days=1)
    over_at = bounds(day, zone)[1].astimezone(UTC) + WEEK
    return day if over_at <= now else day - timedelta(days=1)
