"""A recount of the live tickets that was asked for, and how far it has come."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Recounting(models.Model):
    """Asked for by a new version of a policy or calendar; carried on by each heartbeat until it is done.

    A row and not a message, so that nothing is forgotten when a worker or the broker dies half-way.
    """

    asked_at = models.DateTimeField()
    reached = models.BigIntegerField(default=0, help_text=_("all tickets up to this id are done"))
    barrier = models.BigIntegerField(
        null=True, help_text=_("begins when all transactions before this one are over")
    )
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("recount")
        verbose_name_plural = _("recounts")
        indexes = [
            models.Index(name="recounting_unfinished", fields=["id"], condition=models.Q(finished_at=None)),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
