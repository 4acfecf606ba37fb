"""How a trial stands: whether it is counted yet, and whether what it says is still so."""

from __future__ import annotations

from enum import Enum
from typing import Final

from helpdesk.models import Store, Ticket
from monitor.models import Trial
from monitor.promises.trial.trial_selection import TrialScope
from monitor.relay import book

MOST_COUNTED: Final = 100


class TrialStanding(Enum):
    """How far a trial is, or why it goes no further."""

    COUNTING = "counting"
    COMPLETE = "complete"
    CANCELLED = "cancelled"
    FAILED = "failed"
    OVERTAKEN = "overtaken"
    REFUSED = "refused"


def standing(trial: Trial) -> TrialStanding:
    """Say how a trial stands; a job that is forgotten is over."""
    told = {
        TrialStanding.COMPLETE: trial.complete_at,
        TrialStanding.OVERTAKEN: trial.overtaken_at,
        TrialStanding.REFUSED: trial.refused,
        TrialStanding.FAILED: trial.job and trial.job.failed_at,
        TrialStanding.CANCELLED: trial.job is None or trial.job.over_at,
    }
    return next((one for one, is_so in told.items() if is_so), TrialStanding.COUNTING)


def is_outdated(trial: Trial) -> bool:
    """Whether a version has been published since it was counted, its own or another."""
    return bool(trial.stamp) and trial.stamp != list(book.newest_versions())


def moved_since(scope: TrialScope, *, at_most: int = MOST_COUNTED) -> int:
    """Return how many tickets have changed since they began to be counted, new ones too, or one more than `at_most`."""
    stores = Store.objects.in_environment(scope.environment).values("pk")
    changed = Ticket.objects.filter(store__in=stores, updated_at__gt=scope.trial.counted_at)
    if scope.queues is not None:
        changed = changed.filter(queue__in=scope.queues)
    return len(changed.values_list("pk", flat=True)[: at_most + 1])
