"""Which promises are made to a queue by name."""

from __future__ import annotations

from datetime import datetime

from helpdesk.models import Queue
from monitor.clock.book.rules import parse_rules
from monitor.promises import in_force


def policies_naming(queue: Queue, *, now: datetime) -> list[str]:
    """Return the names of the policies, in force or planned, whose conditions name the queue."""
    versions = [*in_force.policies_in_force(now), *in_force.planned_after(now).policies]
    naming = (
        one
        for one in versions
        if not one.retired and queue.pk in parse_rules(one.rules).match.get("queue", ())
    )
    return list(dict.fromkeys(one.policy.name for one in naming))
