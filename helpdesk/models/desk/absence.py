"""Agents who are away for a while: what needs a word meanwhile is other people's."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def lasting(self, now: datetime) -> Self:
        """Keep those that are not over; each ends by itself."""
        return self.filter(until__gt=now)


class Absence(models.Model):
    """From when until when an agent is away, or was last, and who said so; gone once they say that they are back.

    `returned` are the tickets that went back to their queues at once, for whoever takes the absence back.
    """

    agent = models.OneToOneField(
        "helpdesk.Agent", on_delete=models.CASCADE, primary_key=True, related_name="absence"
    )
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"))
    said_by = models.ForeignKey("helpdesk.Agent", on_delete=models.PROTECT, related_name="+", db_index=False)
    returned = ArrayField(models.BigIntegerField(), default=list)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = [
            models.CheckConstraint(name="absence_ends_after_it_begins", condition=Q(until__gt=F("since"))),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id} – {self.until:%Y-%m-%d %H:%M}"
