"""Which promises are made to a queue or a store by name."""

from __future__ import annotations

from datetime import datetime

from helpdesk.models import Queue, Store
from monitor.clock.book.rules import parse_rules
from monitor.promises import in_force


def policies_naming(place: Queue | Store, *, now: datetime) -> list[str]:
    """Return the names of the policies, in force or planned, whose conditions name the queue or store."""
    condition = "queue" if isinstance(place, Queue) else "store"
    versions = [*in_force.policies_in_force(now), *in_force.planned_after(now).policies]
    naming = (
        one
        for one in versions
        if not one.retired and place.pk in parse_rules(one.rules).match.get(condition, ())
    )
    return list(dict.fromkeys(one.policy.name for one in naming))
