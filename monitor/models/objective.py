"""Objectives: which share of promises is to be kept in a calendar month, and what became of months that are over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from helpdesk.models import Agent, Environment, Queue

WHOLE: Final = 1000
"""Shares are in tenths of a percent: of so many."""


class ObjectiveQuerySet(models.QuerySet["Objective"]):
    def visible_to(self, agent: Agent) -> Self:
        """Keep those whose tickets the agent sees: of their queues; of every queue, whoever sees all."""
        return self if agent.is_admin else self.filter(queue__in=Queue.objects.visible_to(agent))

    def by_place(self) -> Self:
        """Put those of a metric and queue together, the one that counts longest first: every queue before one."""
        return self.order_by(F("queue__name").asc(nulls_first=True), "queue", "metric", "-from_month", "-pk")

    def in_month(self, month: date) -> list[Objective]:
        """Return what counts in a month, one for each metric and queue of which anything is promised then."""
        begun = self.filter(from_month__lte=month).select_related("queue").by_place()
        found: dict[tuple[str, int | None], Objective] = {}
        for one in begun:
            found.setdefault(one.place, one)
        return [one for one in found.values() if one.per_mille is not None]


class Objective(models.Model):
    """A share of the promises of a metric, in a queue or in all, that is to be kept from a month on; never edited.

    Of those of a metric and queue the one with the latest month that has begun counts, and of several that begin
    together the newest. Without a share nothing is promised from then on.
    """

    metric = models.CharField(_("metric"), max_length=20)
    queue = models.ForeignKey(
        Queue, on_delete=models.CASCADE, null=True, related_name="+", verbose_name=_("queue"), db_index=False
    )
    per_mille = models.PositiveSmallIntegerField(_("tenths of a percent"), null=True)
    from_month = models.DateField(_("from the month of"))
    created_at = models.DateTimeField(db_default=models.functions.Now())
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = ObjectiveQuerySet.as_manager()

    class Meta:
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        constraints = [
            models.CheckConstraint(name="objective_share_is_one", condition=Q(per_mille__lte=WHOLE)),
            models.CheckConstraint(name="objective_of_whole_months", condition=Q(from_month__day=1)),
        ]
        indexes = [models.Index(name="objective_by_place", fields=["queue", "metric", "-from_month", "-id"])]

    def __str__(self) -> str:
        return f"{self.metric} {self.from_month:%Y-%m}"

    @property
    def place(self) -> tuple[str, int | None]:
        """Say of what it is one: its metric, and its queue, None for every queue."""
        return self.metric, self.queue_id


class ClosedMonthQuerySet(models.QuerySet["ClosedMonth"]):
    def of(self, objectives: Iterable[Objective]) -> Self:
        """Keep months of these objectives, and of what they replaced or were replaced by."""
        rule = Q(pk__in=())
        for metric, queue_id in {one.place for one in objectives}:
            rule |= Q(metric=metric, queue=queue_id)
        return self.filter(rule)


class ClosedMonth(models.Model):
    """What a calendar month came to, as it stood when it was closed; that is never overwritten.

    `counts` are those of the slices of promises, `rules` and `zone` those of the figures. `later` is what would be
    counted now, where corrections have changed it; `looked_at` says when that was asked last.
    """

    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="+", db_index=False)
    environment = models.CharField(max_length=4, choices=Environment.choices)
    metric = models.CharField(_("metric"), max_length=20)
    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    month = models.DateField(_("month"))
    counts = models.JSONField()
    rules = models.IntegerField()
    zone = models.CharField(_("time zone"), max_length=64)
    closed_at = models.DateTimeField()
    later = models.JSONField(null=True)
    looked_at = models.DateTimeField()

    objects = ClosedMonthQuerySet.as_manager()

    class Meta:
        verbose_name = _("closed month")
        verbose_name_plural = _("closed months")
        constraints = [
            models.UniqueConstraint(
                name="month_closed_once",
                fields=["queue", "metric", "environment", "month"],
                nulls_distinct=False,
            ),
        ]
        indexes = [models.Index(name="closed_month_by_month", fields=["month", "looked_at"])]

    def __str__(self) -> str:
        return f"{self.metric} {self.month:%Y-%m}"
