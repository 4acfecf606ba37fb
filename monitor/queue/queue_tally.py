"""How many tickets the tabs and groups of the queue hold, as far as that costs little to know.

Each is read from the index in which the queue is read, up to a hundred and no further: it costs the same with a
thousand tickets and with a million.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q

from helpdesk.models import Agent, Queue
from helpdesk.models.queue import QueueQuerySet
from monitor.models import Standing
from monitor.queue.queue_order import FirstMembers, QueueFilter
from monitor.queue.turn_groups import GROUPS, turns, without_turn

MOST: Final = 100
"""So far it is counted. Whoever has more wants to know that, not how many."""

_TABS: Final = ("mine", "unassigned", "snoozed", "all")


@dataclass(frozen=True, slots=True)
class QueueTally:
    """What is counted of tabs and of groups, by their keys; nothing is said of what is not here."""

    tabs: dict[str, int]
    groups: dict[str, int]


def tally(wanted: QueueFilter, *, agent: Agent, environment: str, now: datetime) -> QueueTally | None:
    """Count what the tabs hold, and the groups of the wanted one; None where a filter has no index."""
    if wanted.place or wanted.store_id is not None or wanted.priority_rank is not None:
        return None
    queues, here = Queue.objects.visible_to(agent).filter(wanted.queue_rule), Q(environment=environment)
    shown = here & wanted.rule(agent, now)
    asked = {name: here & QueueFilter(tab=name).rule(agent, now) for name in _TABS}
    asked |= {f"group_{name}": shown & turn for name, turn in turns(now).items()}
    found: dict[str, Any] = {name: _first(queues, rule, "pk") for name, rule in asked.items()}
    found["undue"] = _first(queues, shown & Q(turn_at=None), "status")
    row: dict[str, Any] = dict(Agent.objects.filter(pk=agent.pk).values(**found).get())
    return QueueTally({name: len(row[name]) for name in _TABS}, _of_groups(row))


def _of_groups(row: dict[str, Any]) -> dict[str, int]:
    """Count the groups; what has no turn stands in one of two by its status."""
    counted = {name: len(row.get(f"group_{name}", ())) for name in GROUPS}
    for status in row["undue"]:
        counted[without_turn(status)] += 1
    return counted


def _first(queues: QueueQuerySet, rule: Q, column: str) -> ArraySubquery:
    """Return a column of so many standings of these queues as are counted, one queue after the other."""
    of_one = ArraySubquery(Standing.objects.filter(rule, queue=OuterRef("pk")).values(column)[:MOST])
    return ArraySubquery(queues.order_by().values(each=FirstMembers(of_one, limit=MOST))[:MOST])
