"""What a number counts, and the tickets behind it: one definition for both, so that they cannot differ."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from django.db.models import Q, QuerySet

from helpdesk.models import Ticket
from helpdesk.models.ticket import TicketQuerySet
from monitor.clock.metrics import Metric
from monitor.models import Clock
from monitor.reports.promise_slices import PROMISES
from monitor.reports.wait_parts import NOBODY_WAITED, WAITS

STANDS: Final[dict[str, Callable[[datetime], Q]]] = {
    "late": lambda now: Q(late_at__lte=now),
    "at_risk": lambda now: Q(risky__covers=now),
    "soon": lambda now: Q(nearly_due__covers=now),
    "unacknowledged": lambda now: Q(unacknowledged_since__isnull=False),
    "waiting": lambda now: Q(waiting_since__isnull=False),
}
"""Where live tickets stand at an instant, each by any of its promises; rules about `Standing`."""

SLICES: Final = PROMISES | WAITS
"""What became of first responses; rules about `Clock`."""


def asked_since(tickets: QuerySet[Ticket], day: date, zone: tzinfo) -> QuerySet[Clock]:
    """Return the first-response clocks of what was asked from a day of that zone on."""
    clocks = Clock.objects.standing().of(Metric.FIRST_RESPONSE).filter(started_at__gte=bounds(day, zone)[0])
    return clocks.filter(ticket__in=tickets).exclude(outcome__in=NOBODY_WAITED)


def asked_on(tickets: QuerySet[Ticket], day: date, zone: tzinfo) -> QuerySet[Clock]:
    """Return the first-response clocks of what was asked on a day of that zone."""
    return asked_since(tickets, day, zone).filter(started_at__lt=bounds(day, zone)[1])


def in_slice(clocks: QuerySet[Clock], slice_: str, *, now: datetime) -> QuerySet[Clock]:
    """Keep the clocks that came out so; raises `KeyError` for a slice that is not in `SLICES`."""
    return clocks.filter(SLICES[slice_](now))


def tickets_of(tickets: TicketQuerySet, clocks: QuerySet[Clock]) -> TicketQuerySet:
    """Return the tickets that these clocks run on."""
    return tickets.filter(pk__in=clocks.values("ticket"))


def bounds(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return when a local day begins, and when the next one does."""
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone)
