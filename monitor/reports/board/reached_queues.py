"""Which queues matter to an environment: those that hold live tickets of it, or are the own one of a store of it."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, Subquery

from helpdesk.models import Store
from helpdesk.models.queue import QueueQuerySet
from monitor.models import Standing


def reached(queues: QueueQuerySet, environment: str) -> QueueQuerySet:
    """Keep the queues that matter to an environment.

    The first ticket of each queue is looked up, in the order of an index; `EXISTS` would pass over all that is live.
    """
    tickets = Standing.objects.filter(environment=environment, queue=OuterRef("pk"))
    stores = Store.objects.in_environment(environment).filter(default_queue=OuterRef("pk"))
    holding = queues.alias(holds=Subquery(tickets.turn_first().values("queue")[:1]))
    return holding.filter(Q(holds__isnull=False) | Exists(stores))
