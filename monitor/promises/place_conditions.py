"""Which promises are made to a queue or a store by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from helpdesk.models import Queue, Store
from monitor.clock.book.rules import parse_rules
from monitor.promises import in_force


def policies_naming(places: Sequence[Queue | Store], *, now: datetime) -> list[list[str]]:
    """Return for each queue or store the names of the policies, in force or planned, whose conditions name it."""
    versions = [*in_force.policies_in_force(now), *in_force.planned_after(now).policies]
    matched = [(one.policy.name, parse_rules(one.rules).match) for one in versions if not one.retired]
    return [_naming(place, matched) for place in places]


def _naming(place: Queue | Store, matched: Iterable[tuple[str, Mapping[str, Any]]]) -> list[str]:
    condition = "queue" if isinstance(place, Queue) else "store"
    return list(dict.fromkeys(name for name, match in matched if place.pk in match.get(condition, ())))
