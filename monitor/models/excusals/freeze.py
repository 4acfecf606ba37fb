"""Freezes: a stretch of time in which nobody could have answered, and the promises that broke because of it."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from helpdesk.input.visible_line import VisibleLineField
from helpdesk.models import Agent, Environment, Queue
from monitor.models.excusals.excusal import LONGEST_REASON
from monitor.models.excusals.promise_identity import PromiseIdentity


class FreezeQuerySet(models.QuerySet["Freeze"]):
    def standing(self) -> Self:
        """Keep those that were not taken back."""
        return self.filter(taken_back_at=None)

    def visible_to(self, agent: Agent) -> Self:
        """Keep those that hold for a queue that the agent sees, and those of every queue."""
        if agent.is_admin:
            return self
        seen = list(Queue.objects.visible_to(agent).values_list("pk", flat=True))
        return self.filter(Q(queue_ids=None) | Q(queue_ids__overlap=seen))

    def newest_first(self) -> Self:
        return self.order_by("-starts_at", "-pk")


class Freeze(models.Model):
    """An outage or a forced closure: when, of which tickets and metrics, and why. Without an end it lasts.

    It changes no clock. It is never edited: it is ended, or taken back, and stays to be read.
    """

    environment = models.CharField(max_length=4, choices=Environment.choices)
    name = VisibleLineField(_("name"), max_length=80)
    reason = VisibleLineField(_("reason"), max_length=LONGEST_REASON)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True)
    queue_ids = ArrayField(models.BigIntegerField(), null=True, help_text=_("null: every queue"))
    store_ids = ArrayField(models.BigIntegerField(), null=True, help_text=_("null: every store"))
    metrics = ArrayField(models.CharField(max_length=20), null=True, help_text=_("null: every promise"))
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = FreezeQuerySet.as_manager()

    class Meta:
        verbose_name = _("freeze")
        verbose_name_plural = _("freezes")
        constraints = [
            models.CheckConstraint(
                name="freeze_ends_after_it_began", condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at"))
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def window(self) -> tuple[datetime, datetime | None]:
        return self.starts_at, self.ends_at

    def holds_for(self, *, environment: str, queue_id: int, store_id: int, metric: str) -> bool:
        """Tell whether a promise lies in its scope, by where its ticket is now."""
        return (
            self.environment == environment
            and (self.queue_ids is None or queue_id in self.queue_ids)
            and (self.store_ids is None or store_id in self.store_ids)
            and (self.metrics is None or metric in self.metrics)
        )


class FrozenClock(PromiseIdentity):
    """A broken promise that would have been kept without the time of freezes: worked out by whoever folds figures.

    `would_be_due_at` is when it would have been due; null: not before it ended.
    """

    freeze_ids = ArrayField(models.BigIntegerField())
    would_be_due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="frozen_clock_once", fields=["ticket", "metric", "start_seq"]),
        ]
        indexes = [GinIndex(name="frozen_clock_by_freeze", fields=["freeze_ids"])]
