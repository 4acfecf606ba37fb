"""Acts after which a promise looks kept, or falls due later: found by whoever folds figures."""

from __future__ import annotations

from django.db import models

from monitor.models.excusals.promise_identity import PromiseIdentity


class HidingAct(PromiseIdentity):
    """That one of the acts of `monitor/reports/adjusted/hidden_lateness.py` was done to a promise.

    Of a change near its due time it says by which event (`seq`) and when that was, what of the target had not counted
    by then (`left`), and when it was due before and since; `due_since_at` null: it is due no more, or is paused.
    """

    act = models.CharField(max_length=11)
    seq = models.IntegerField(default=0)
    changed_at = models.DateTimeField(null=True)
    due_before_at = models.DateTimeField(null=True)
    due_since_at = models.DateTimeField(null=True)
    left = models.DurationField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="hiding_act_once", fields=["ticket", "metric", "start_seq", "act", "seq"]
            ),
        ]
        indexes = [models.Index(name="hiding_act_by_ticket", fields=["act", "ticket"])]
