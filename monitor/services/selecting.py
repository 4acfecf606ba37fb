"""What a number counts, and the tickets behind it: one definition for both, so that they cannot differ."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from django.db.models import Q, QuerySet

from helpdesk.models import Ticket
from helpdesk.models.ticket import TicketQuerySet
from monitor.models import Clock, Metric, Outcome
from monitor.services import reports

STANDS: Final[dict[str, Callable[[datetime], Q]]] = {
    "late": lambda now: Q(standing__next_due_at__lte=now),
    "at_risk": lambda now: Q(standing__next_risk_at__lte=now, standing__next_due_at__gt=now),
    "soon": lambda now: Q(
        standing__next_due_at__gt=now, standing__next_due_at__lte=now + timedelta(minutes=15)
    ),
    "unacknowledged": lambda now: Q(standing__unacknowledged_since__isnull=False),
    "waiting": lambda now: Q(standing__waiting_since__isnull=False),
}
"""Where live tickets stand at an instant."""

SLICES: Final[dict[str, Callable[[datetime], Q]]] = {
    "met": lambda now: reports.KEPT,
    "late": reports.broken,
    "unanswered": lambda now: reports.UNANSWERED,
    "undecided": reports.undecided,
}
"""What became of a promise; each promise is in one slice."""


def that_stand(tickets: TicketQuerySet, place: str, *, now: datetime) -> TicketQuerySet:
    """Keep the live tickets that stand so; raises `KeyError` for a place that is not in `STANDS`."""
    return tickets.filter(STANDS[place](now))


def asked_on(tickets: QuerySet[Ticket], day: date, zone: tzinfo) -> QuerySet[Clock]:
    """Return the first-response clocks of what was asked on a day of that zone."""
    start, end = bounds(day, zone)
    clocks = (
        Clock.objects.standing().of(Metric.FIRST_RESPONSE).filter(started_at__gte=start, started_at__lt=end)
    )
    return clocks.filter(ticket__in=tickets).exclude(outcome__in=[Outcome.VOID, Outcome.NOT_APPLICABLE])


def in_slice(clocks: QuerySet[Clock], slice_: str, *, now: datetime) -> QuerySet[Clock]:
    """Keep the promises that came out so; raises `KeyError` for a slice that is not in `SLICES`."""
    return reports.promised(clocks).filter(SLICES[slice_](now))


def tickets_of(tickets: TicketQuerySet, clocks: QuerySet[Clock]) -> TicketQuerySet:
    """Return the tickets that these clocks run on."""
    return tickets.filter(pk__in=clocks.values("ticket"))


def bounds(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return when a local day begins, and when the next one does."""
    start = datetime.combine(day, time(), zone)
    return start, datetime.combine(day + timedelta(days=1), time(), zone)
