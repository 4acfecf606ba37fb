"""The numbers of the board, each with the address of exactly its tickets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from urllib.parse import urlencode

from helpdesk.models.ticket import TicketQuerySet
from monitor.models import Clock, Standing
from monitor.services import reports, selecting

DAYS = 14
FEW = 20
"""Below so many tickets a percentile says little: each is shown for itself."""


@dataclass(frozen=True, slots=True)
class Number:
    """A count, and the query of the list that shows what was counted."""

    count: int
    query: str


@dataclass(frozen=True, slots=True)
class Now:
    """Where live tickets stand at this instant."""

    late: Number
    at_risk: Number
    soon: Number
    unacknowledged: Number
    waiting: Number
    oldest_wait_since: datetime | None
    oldest_ticket: str | None


@dataclass(frozen=True, slots=True)
class Day:
    """A day's askers and what became of them."""

    day: date
    responses: reports.Responses
    dots: list[reports.Wait]
    query: str


def at_this_instant(tickets: TicketQuerySet, *, now: datetime) -> Now:
    """Count where the live tickets among these stand."""
    numbers = {
        place: Number(selecting.that_stand(tickets, place, now=now).count(), urlencode({"place": place}))
        for place in selecting.STANDS
    }
    waiting = Standing.objects.filter(ticket__in=tickets, waiting_since__isnull=False)
    oldest = waiting.order_by("waiting_since").values_list("waiting_since", "ticket__reference").first()
    since, reference = oldest or (None, None)
    return Now(**numbers, oldest_wait_since=since, oldest_ticket=reference)


def promises_of(tickets: TicketQuerySet, day: date, *, zone: tzinfo, now: datetime) -> dict[str, Number]:
    """Count the four slices of what was asked on a day."""
    asked = selecting.asked_on(tickets, day, zone)
    return {
        slice_: Number(
            selecting.in_slice(asked, slice_, now=now).count(),
            urlencode({"asked": day.isoformat(), "first_response": slice_}),
        )
        for slice_ in selecting.SLICES
    }


def days(tickets: TicketQuerySet, *, zone: tzinfo, now: datetime) -> list[Day]:
    """Return the last fourteen days, today last."""
    today = now.astimezone(zone).date()
    since, _end = selecting.bounds(today - timedelta(days=DAYS - 1), zone)
    clocks = Clock.objects.filter(ticket__in=tickets, started_at__gte=since)
    waits = reports.waits(clocks, now=now)
    found = []
    for day, responses in reports.by_day(waits, days=DAYS, zone=zone, now=now):
        dots = [wait for wait in waits if wait.asked_at.astimezone(zone).date() == day]
        found.append(
            Day(day, responses, dots if len(dots) < FEW else [], urlencode({"asked": day.isoformat()}))
        )
    return found


def target_line(tickets: TicketQuerySet, *, zone: tzinfo, now: datetime) -> float | None:
    """Return the first response's target in seconds where all promises of these days have the same one."""
    since, _end = selecting.bounds(now.astimezone(zone).date() - timedelta(days=DAYS - 1), zone)
    clocks = reports.promised(Clock.objects.filter(ticket__in=tickets, started_at__gte=since))
    targets = list(clocks.order_by().values_list("target", flat=True).distinct()[:2])
    return targets[0].total_seconds() if len(targets) == 1 and targets[0] else None
