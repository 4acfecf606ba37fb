"""Excusals: a supervisor does not count a broken promise against the team, and says why."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.input.visible_line import VisibleLineField
from monitor.models.excusals.promise_identity import PromiseIdentity

LONGEST_REASON = 300


class ExcusalQuerySet(models.QuerySet["Excusal"]):
    def standing(self) -> Self:
        """Keep those that were not taken back."""
        return self.filter(taken_back_at=None)


class Excusal(PromiseIdentity):
    """Who excused a broken promise, when and why; taken back, it stays to be read.

    Of a promise that a correction has made whole it says nothing: there is nothing to excuse.
    """

    reason = VisibleLineField(_("reason"), max_length=LONGEST_REASON)
    excused_at = models.DateTimeField()
    excused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = ExcusalQuerySet.as_manager()

    class Meta:
        verbose_name = _("excusal")
        verbose_name_plural = _("excusals")
        constraints = [
            models.UniqueConstraint(
                name="excusal_one_standing",
                fields=["ticket", "metric", "start_seq"],
                condition=Q(taken_back_at=None),
            ),
            models.CheckConstraint(
                name="excusal_taken_back_by_somebody",
                condition=Q(taken_back_at=None, taken_back_by=None)
                | Q(taken_back_at__isnull=False, taken_back_by__isnull=False),
            ),
        ]
        indexes = [models.Index(name="excusal_by_ticket", fields=["ticket"])]
