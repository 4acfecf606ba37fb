"""Broken promises as people speak of them: what was answered late or never, or is late as it waits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q

from helpdesk.models import Agent, Queue, Ticket
from monitor.clock.metrics import PROMISED, Outcome
from monitor.excusals.breach_labels import PromiseKey
from monitor.models import Clock, RollupMark


def broken(now: datetime) -> Q:
    """Return the rule about clocks that broke their promise, by an instant."""
    ended = Q(outcome__in=(Outcome.LATE, Outcome.UNANSWERED))
    promised = Q(target__isnull=False) | Q(due_at__isnull=False) | Q(breach_at__isnull=False)
    return Q(superseded_at=None, metric__in=PROMISED) & promised & (ended | Q(outcome="", breach_at__lte=now))


def behind(keys: Iterable[PromiseKey], *, now: datetime) -> list[Clock]:
    """Return the clocks of these promises that are broken now, in the order of locks."""
    rules = [Q(ticket=ticket, metric=metric, start_seq=seq) for ticket, metric, seq in set(keys)]
    if not rules:
        return []
    found = Clock.objects.filter(reduce(or_, rules), broken(now)).select_related("ticket")
    return list(found.order_by("ticket_id", "metric", "start_seq"))


def seen_by(agent: Agent, clocks: Sequence[Clock]) -> list[Clock]:
    """Keep those whose tickets the agent sees."""
    tickets = [clock.ticket_id for clock in clocks]
    seen = set(Ticket.objects.visible_to(agent).filter(pk__in=tickets).values_list("pk", flat=True))
    return [clock for clock in clocks if clock.ticket_id in seen]


def overseen_by(agent: Agent, clocks: Sequence[Clock]) -> list[Clock]:
    """Keep those whose queue the agent oversees."""
    queues = set(Queue.objects.overseen_by(agent).values_list("pk", flat=True))
    return [clock for clock in clocks if clock.ticket.queue_id in queues]


def key_of(clock: Clock) -> PromiseKey:
    return clock.ticket_id, clock.metric, clock.start_seq


def mark(ticket_ids: Iterable[int]) -> None:
    """Have the figures of these tickets folded again: what is said of their promises has changed."""
    RollupMark.objects.bulk_create([RollupMark(ticket_id=pk) for pk in sorted(set(ticket_ids))])
