"""News: one row per change of a flag, from which the outbox is filled, and event stream at once."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.database.transaction_id import CurrentTransactionId, TransactionId


class FlagChange(models.TextChoices):
    RAISED = "raised", _("raised")
    WITHDRAWN = "withdrawn", _("withdrawn")
    ACKNOWLEDGED = "acknowledged", _("in hand")
    RESTATED = "restated", _("dated anew")
    REOPENED = "reopened", _("open again")


class NewsQuerySet(models.QuerySet["News"]):
    def undispatched(self) -> Self:
        return self.filter(dispatched_at=None)


class News(models.Model):
    """A change of a flag; append-only but for the mark that the outbox has it."""

    flag = models.ForeignKey("monitor.Flag", on_delete=models.CASCADE, related_name="news")
    change = models.CharField(max_length=12, choices=FlagChange.choices)
    at = models.DateTimeField()
    txid = TransactionId(db_default=CurrentTransactionId())
    dispatched_at = models.DateTimeField(null=True)

    objects = NewsQuerySet.as_manager()

    class Meta:
        verbose_name = _("news")
        verbose_name_plural = _("news")
        indexes = [
            models.Index(name="news_undispatched", fields=["id"], condition=Q(dispatched_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.change} {self.flag_id}"
