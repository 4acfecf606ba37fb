"""What must stand, by arithmetic alone: replay over the events, and a comparison of instants."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import NamedTuple

from helpdesk.models import Job, Ticket, TicketEvent
from monitor.clock.replay import replay
from monitor.models import Flag, FlagChange, News
from monitor.relay import book, recount
from monitor.relay.fold_input import read_events


class Due(NamedTuple):
    """A flag, by what it speaks of."""

    ticket_id: int
    metric: str
    start_seq: int
    level: str
    raised_at: datetime


def settled() -> list[int]:
    """Return the tickets of which every event has been applied or set aside."""
    waiting = TicketEvent.objects.waiting().values("ticket_id")
    return list(Ticket.objects.exclude(pk__in=waiting).order_by("pk").values_list("pk", flat=True))


def recounting(*, now: datetime) -> bool:
    """Whether a recount goes on; one that rests until a version takes effect does not."""
    return Job.objects.ready(now).exists()


def alarms(ticket_ids: list[int], *, until: datetime, known_by: datetime, of_use: bool = False) -> set[Due]:
    """Return every flag that may have been raised by `until`, of alarms that were known by `known_by`.

    Those `of_use` must have been: a warning of which anybody could know before the due time had passed.
    """
    due: set[Due] = set()
    for ticket_id, events in read_events(ticket_ids).items():
        for clock in replay(events, book.current()):
            if clock.silent or clock.alarm_floor > known_by:
                continue
            for level, instant in (("at_risk", clock.risk_at), ("breached", clock.breach_at)):
                is_late = level == "at_risk" and clock.breach_at and clock.breach_at <= clock.alarm_floor
                if instant is not None and instant <= until and not (of_use and is_late):
                    due.add(Due(ticket_id, clock.metric.value, clock.start_seq, level, instant))
    return due


def standing(ticket_ids: list[int]) -> set[Due]:
    """Return the flags that stand."""
    flags = Flag.objects.standing().filter(ticket_id__in=ticket_ids)
    columns = ("ticket_id", "metric", "clock__start_seq", "level", "raised_at")
    return {Due._make(row) for row in flags.values_list(*columns)}


def drift(ticket_ids: list[int], *, now: datetime) -> list[recount.Drift]:
    return recount.check(ticket_ids, now=now)


def untold() -> list[int]:
    """Return the flags whose news do not tell their story: raised once, withdrawn once if they were.

    What was taken in hand as often as it was put back is in nobody's hand.
    """
    told: Counter[tuple[int, str]] = Counter(News.objects.values_list("flag_id", "change"))
    return [
        flag.pk
        for flag in Flag.objects.all()
        if told[flag.pk, FlagChange.RAISED] != 1
        or told[flag.pk, FlagChange.WITHDRAWN] != int(flag.withdrawn_at is not None)
        or told[flag.pk, FlagChange.ACKNOWLEDGED] - told[flag.pk, FlagChange.REOPENED]
        != int(flag.acknowledged_at is not None)
    ]
