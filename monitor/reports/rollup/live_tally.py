"""How many live tickets stand where at this instant: by queue, by who has them, and by how long they wait.

What folds figures has counted them by place; of tickets that are narrowed by more than a queue or a store, or while
figures are behind, the standings themselves are counted. Both say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from django.db.models import Count, Min, Q

from monitor.clock.metrics import RESPONSES
from monitor.models import Clock
from monitor.models.standing import StandingQuerySet
from monitor.reports import wait_ages
from monitor.reports.rollup.live_counts import LiveCounts
from monitor.reports.rollup.live_share import NOBODY, LivePlace, instant, microseconds
from monitor.reports.ticket_selection import STANDS


class LiveSums(NamedTuple):
    """The live tickets of a queue, or of several: how many stand where, and since when the first of them waits."""

    live: int = 0
    late: int = 0
    at_risk: int = 0
    soon: int = 0
    unacknowledged: int = 0
    waiting: int = 0
    oldest_wait_since: datetime | None = None


class PersonSums(NamedTuple):
    """The live tickets of somebody, or of nobody: all, those of waiting customers, and the late ones."""

    live: int = 0
    waiting: int = 0
    late: int = 0


class LiveTally(Protocol):
    """Live tickets counted; those without any are left out."""

    def by_queue(self) -> Mapping[int, LiveSums]: ...

    def by_person(self) -> Mapping[int | None, PersonSums]: ...

    def by_age(self) -> Sequence[int]:
        """Return how many wait for as long as each of `wait_ages.BANDS`."""
        ...

    def answers_due(self, ends: Sequence[datetime]) -> Sequence[int]:
        """Return how many answers are still to be given that are due until each of these instants, or were."""
        ...


def together(some: Iterable[LiveSums]) -> LiveSums:
    """Return what tallies of several queues are in all."""
    told = list(some)
    counts = {name: sum(getattr(one, name) for one in told) for name in ("live", *STANDS)}
    waits = (one.oldest_wait_since for one in told if one.oldest_wait_since)
    return LiveSums(**counts, oldest_wait_since=min(waits, default=None))


class CountedCells:
    """Live tickets as they are kept counted by place."""

    def __init__(self, counts: Mapping[LivePlace, LiveCounts], now: datetime) -> None:
        self._counts = {place: one for place, one in counts.items() if one.live > 0}
        self._now, self._at = now, microseconds(now)

    def by_queue(self) -> Mapping[int, LiveSums]:
        found: dict[int, list[LiveSums]] = {}
        for place, one in self._counts.items():
            found.setdefault(place.queue_id, []).append(self._sums(one))
        return {queue_id: together(some) for queue_id, some in found.items()}

    def by_person(self) -> Mapping[int | None, PersonSums]:
        found: dict[int | None, PersonSums] = {}
        for place, one in self._counts.items():
            whose = None if place.assignee_id == NOBODY else place.assignee_id
            live, waiting, late = found.get(whose, PersonSums())
            found[whose] = PersonSums(live + one.live, waiting + len(one.waiting), late + one.late(self._at))
        return found

    def by_age(self) -> Sequence[int]:
        waits = [one.waiting for one in self._counts.values()]

        def until(at: datetime | None, otherwise: int) -> int:
            return otherwise if at is None else sum(wait.until(microseconds(at)) for wait in waits)

        spans = (age.since(self._now) for age in wait_ages.BANDS.values())
        return [until(last, sum(map(len, waits))) - until(after, 0) for after, last in spans]

    def answers_due(self, ends: Sequence[datetime]) -> Sequence[int]:
        return [sum(one.answers.until(microseconds(end)) for one in self._counts.values()) for end in ends]

    def _sums(self, one: LiveCounts) -> LiveSums:
        first = one.waiting.first
        return LiveSums(
            live=one.live,
            late=one.late(self._at),
            at_risk=one.at_risk(self._at),
            soon=one.soon(self._at),
            unacknowledged=one.unacknowledged,
            waiting=len(one.waiting),
            oldest_wait_since=None if first is None else instant(first),
        )


class CountedRows:
    """Live tickets as they are counted in the standings themselves."""

    def __init__(self, standings: StandingQuerySet, now: datetime) -> None:
        self._standings, self._now = standings.order_by(), now

    def by_queue(self) -> Mapping[int, LiveSums]:
        rules = {name: Count("pk", filter=rule(self._now)) for name, rule in STANDS.items()}
        counted = self._standings.values("queue_id").annotate(
            **rules, live=Count("pk"), oldest_wait_since=Min("waiting_since")
        )
        found = counted.values_list("queue_id", *LiveSums._fields)
        return {queue_id: LiveSums(*told) for queue_id, *told in found}

    def by_person(self) -> Mapping[int | None, PersonSums]:
        rules = {name: Count("pk", filter=STANDS[name](self._now)) for name in ("waiting", "late")}
        counted = self._standings.values("assignee_id").annotate(live=Count("pk"), **rules)
        found = counted.values_list("assignee_id", *PersonSums._fields)
        return {whose: PersonSums(*told) for whose, *told in found}

    def by_age(self) -> Sequence[int]:
        ages = enumerate(wait_ages.BANDS.values())
        rules = {f"age_{at}": Count("pk", filter=age.rule(self._now)) for at, age in ages}
        return list(self._standings.aggregate(**rules).values())

    def answers_due(self, ends: Sequence[datetime]) -> Sequence[int]:
        rules = {f"end_{at}": Count("pk", filter=Q(breach_at__lte=end)) for at, end in enumerate(ends)}
        to_give = Clock.objects.not_ended().filter(metric__in=RESPONSES, breach_at__lte=max(ends))
        return list(to_give.filter(ticket__standing__in=self._standings).aggregate(**rules).values())
