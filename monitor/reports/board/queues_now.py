"""Which queue is worse: where the live tickets of each stand at this instant, the worst first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from helpdesk.models import Queue
from monitor.reports.board.board_view import BoardView, LinkedCount
from monitor.reports.rollup.live_tally import LiveSums

MOST: Final = 6
"""So many queues are shown, the worst."""


@dataclass(frozen=True, slots=True)
class QueueNow:
    """Where the live tickets of one queue stand."""

    queue: Queue
    late: LinkedCount
    at_risk: LinkedCount
    waiting: LinkedCount
    oldest_wait_since: datetime | None

    @property
    def numbers(self) -> list[tuple[str, LinkedCount]]:
        """Return each number beside the name of what it counts."""
        return [("late", self.late), ("at_risk", self.at_risk), ("waiting", self.waiting)]


@dataclass(frozen=True, slots=True)
class QueuesNow:
    """The worst queues, and how many more there are that have live tickets."""

    worst: list[QueueNow]
    more: int


def queues_now(view: BoardView, counts: Mapping[int, LiveSums]) -> QueuesNow:
    """Return the queues of these counts, the worst first; none where only one is looked at, or has tickets."""
    if view.queue_id is not None or len(counts) < 2:
        return QueuesNow([], 0)
    in_turn = sorted(counts, key=lambda number: _badness(counts[number], view.now), reverse=True)
    queues = Queue.objects.in_bulk(in_turn[:MOST])
    worst = [_told(view, queues[number], counts[number]) for number in in_turn[:MOST]]
    return QueuesNow(worst, len(in_turn) - len(worst))


def _badness(told: LiveSums, now: datetime) -> tuple[int, int, timedelta, int]:
    """Return what queues are compared by: more late, more at risk, somebody who has waited longer."""
    return told.late, told.at_risk, now - (told.oldest_wait_since or now), told.waiting


def _told(view: BoardView, queue: Queue, told: LiveSums) -> QueueNow:
    linked = {
        name: LinkedCount(getattr(told, name), view.query(place=name, queue=str(queue.pk)))
        for name in ("late", "at_risk", "waiting")
    }
    return QueueNow(queue=queue, **linked, oldest_wait_since=told.oldest_wait_since)
