"""Dry runs are kept with their figures; which tickets they counted is forgotten after a while."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from monitor.models import Trial, TrialRow

TOGETHER: Final = 5_000


def forget(*, kept_for: timedelta, now: datetime) -> int:
    """Delete the rows of trials that were asked for so long ago, some at a time; return how many."""
    forgotten = 0
    for trial in Trial.objects.filter(asked_at__lt=now - kept_for, emptied_at=None):
        while deleted := _forget_some(trial):
            forgotten += deleted
        Trial.objects.filter(pk=trial.pk).update(emptied_at=now)
    return forgotten


def _forget_some(trial: Trial) -> int:
    with transaction.atomic():
        some = TrialRow.objects.filter(trial=trial).values("pk")[:TOGETHER]
        return TrialRow.objects.filter(pk__in=list(some.values_list("pk", flat=True))).delete()[0]
