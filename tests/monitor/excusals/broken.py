"""Promises that were broken, by the shipped policy: first responses within four open hours."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from helpdesk.conversation import replies
from helpdesk.models import Agent, Environment, Queue, Ticket
from monitor.clock.metrics import Metric
from monitor.excusals import excusing, freezing
from monitor.models import Clock, Freeze
from monitor.reports import cell_figures
from monitor.reports.adjusted import excused_clocks as adjusted
from monitor.reports.rollup.cell_reading import CellReading, CellScope
from tests.make import NOW, Make

MUCH_LATER = NOW + timedelta(days=10)


def first_response(ticket: Ticket) -> Clock:
    return Clock.objects.standing().of(Metric.FIRST_RESPONSE).get(ticket=ticket)


def late_by(make: Make, lateness: timedelta, **fields: Any) -> Ticket:
    """Somebody asks, and is answered so long after it was due."""
    ticket = make.ticket(**fields)
    due_at = first_response(ticket).due_at
    assert due_at
    answer(make, ticket, due_at + lateness)
    return ticket


def answer(make: Make, ticket: Ticket, now: datetime) -> None:
    with transaction.atomic():
        replies.reply_in_public(ticket=ticket, author=make.agent(), body="Here it is.", now=now)


def excuse(ticket: Ticket, *, by: Agent, now: datetime = MUCH_LATER, reason: str = "Storm") -> int:
    with transaction.atomic():
        return excusing.excuse([first_response(ticket)], reason=reason, by=by, now=now)


def take_back(ticket: Ticket, *, by: Agent, now: datetime = MUCH_LATER) -> int:
    clock = first_response(ticket)
    with transaction.atomic():
        return excusing.take_back([(ticket.pk, clock.metric, clock.start_seq)], by=by, now=now)


def freeze(
    make: Make, begin: datetime, end: datetime | None, *, queues: list[Queue] | None = None, **fields: Any
) -> Freeze:
    name = f"Outage {Freeze.objects.count()}"
    usual: dict[str, Any] = {"environment": Environment.LIVE, "name": name, "reason": "No power"}
    made = Freeze(
        starts_at=begin,
        ends_at=end,
        queue_ids=None if queues is None else [queue.pk for queue in queues],
        **usual | fields,
    )
    with transaction.atomic():
        return freezing.declare(made, by=make.agent("admin"), now=MUCH_LATER)


def counted(now: datetime = MUCH_LATER, metric: str = Metric.FIRST_RESPONSE) -> tuple[dict[str, int], int]:
    """Return what figures say of that day: the slices that there are any of, and how many are excused."""
    reading = CellReading.begin()
    assert reading
    scope = CellScope(environment=Environment.LIVE, queues=None, values={})
    days = reading.days(scope, metric, NOW.date(), NOW.date())
    slices = cell_figures.slices_of_days(days.values(), now=now)
    excused = adjusted.excused_slices(reading, scope, metric, NOW.date(), NOW.date(), now=now)
    return {name: count for name, count in slices.items() if count}, excused.total()


def excused_tickets(now: datetime = MUCH_LATER) -> set[int]:
    clocks = Clock.objects.of(Metric.FIRST_RESPONSE)
    return set(adjusted.excused_clocks(clocks, now=now).values_list("ticket", flat=True))
