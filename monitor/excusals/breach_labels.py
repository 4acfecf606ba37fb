"""What is said of promises, as figures count it: that they are excused, by which cause they broke, what hides that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Final, LiteralString

from helpdesk.database.statement import ids, run

PromiseKey = tuple[int, str, int]
"""A ticket, a metric, and the event that started the clock."""

EXCUSED: Final = "excused"
_CAUSE: Final = "cause"
OWN_WORDS: Final = 0
"""Where a cause was told in somebody's own words: in the place of its number."""


def of_cause(number: int) -> str:
    """Return the label of a cause of the list, or of those in own words."""
    return f"{_CAUSE}{number}"


def excused_of_cause(number: int) -> str:
    """Return the label of an excused promise of which this cause is said, too."""
    return f"{EXCUSED}{number}"


def cell_metric(label: str, metric: str) -> str:
    """Return how cells name the clocks of a metric of which this is said: they are counted there a second time.

    A label may have a number of nineteen digits in it; cells have room for that.
    """
    return f"{label}-{metric}"


def of_tickets(ticket_ids: Sequence[int]) -> Mapping[PromiseKey, Collection[str]]:
    """Return what is said of the promises of these tickets, broken or not."""
    found: dict[PromiseKey, set[str]] = defaultdict(set)
    numbers = ids(ticket_ids)
    for label, *key in run(_SAID, (numbers, numbers, numbers, numbers)):
        ticket_id, metric, start_seq = key
        found[ticket_id, metric, start_seq].add(label)
    return {key: labels | _crossed(labels) for key, labels in found.items()}


def _crossed(labels: Collection[str]) -> set[str]:
    """Return what these labels say together: by which cause an excused promise broke."""
    if EXCUSED not in labels:
        return set()
    return {f"{EXCUSED}{label.removeprefix(_CAUSE)}" for label in labels if label.startswith(_CAUSE)}


_SAID: Final[LiteralString] = """
    SELECT 'excused', ticket_id, metric, start_seq FROM monitor_excusal
     WHERE ticket_id = ANY(%s::bigint[]) AND taken_back_at IS NULL
     UNION
    SELECT 'excused', ticket_id, metric, start_seq FROM monitor_frozenclock WHERE ticket_id = ANY(%s::bigint[])
     UNION ALL
    SELECT 'cause' || coalesce(cause_id, 0), ticket_id, metric, start_seq FROM monitor_breachcause
     WHERE ticket_id = ANY(%s::bigint[])
     UNION ALL
    SELECT act, ticket_id, metric, start_seq FROM monitor_hidingact WHERE ticket_id = ANY(%s::bigint[])
"""
