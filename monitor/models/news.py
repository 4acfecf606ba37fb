"""News: one row per change of a flag, outbox and event stream at once; and what left because of it."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.database.transaction_id import CurrentTransactionId, TransactionId


class Channel(models.TextChoices):
    MAIL = "mail", _("mail")
    WEBHOOK = "webhook", _("webhook")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: datetime) -> Self:
        return self.filter(next_attempt_at__lte=now)

    def failed(self) -> Self:
        return self.filter(failed_at__isnull=False)


class Delivery(models.Model):
    """One mail to a queue, or one webhook to a store, carrying the news of a minute.

    Attempts are counted before each try, so that one that kills its worker is given up in the end.
    `next_attempt_at` is null once it was sent or given up.
    """

    channel = models.CharField(max_length=7, choices=Channel.choices)
    queue = models.ForeignKey("helpdesk.Queue", on_delete=models.CASCADE, null=True, related_name="+")
    store = models.ForeignKey("helpdesk.Store", on_delete=models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField()
    attempts = models.SmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.CheckConstraint(
                name="delivery_goes_to_a_queue_or_a_store",
                condition=Q(channel="mail", queue__isnull=False) | Q(channel="webhook", store__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="delivery_due", fields=["next_attempt_at"], condition=Q(next_attempt_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} #{self.pk}"


class FlagChange(models.TextChoices):
    RAISED = "raised", _("raised")
    WITHDRAWN = "withdrawn", _("withdrawn")
    ACKNOWLEDGED = "acknowledged", _("in hand")


class NewsQuerySet(models.QuerySet["News"]):
    def undispatched(self) -> Self:
        return self.filter(dispatched_at=None)


class News(models.Model):
    """A change of a flag; append-only but for the mark that its deliveries were made out."""

    flag = models.ForeignKey("monitor.Flag", on_delete=models.CASCADE, related_name="news")
    change = models.CharField(max_length=12, choices=FlagChange.choices)
    at = models.DateTimeField()
    txid = TransactionId(db_default=CurrentTransactionId())
    dispatched_at = models.DateTimeField(null=True)
    mail = models.ForeignKey(
        Delivery, on_delete=models.SET_NULL, null=True, related_name="mailed_news", db_index=False
    )
    webhook = models.ForeignKey(
        Delivery, on_delete=models.SET_NULL, null=True, related_name="posted_news", db_index=False
    )

    objects = NewsQuerySet.as_manager()

    class Meta:
        verbose_name = _("news")
        verbose_name_plural = _("news")
        indexes = [
            models.Index(name="news_undispatched", fields=["id"], condition=Q(dispatched_at=None)),
            models.Index(name="news_by_mail", fields=["mail"], condition=Q(mail__isnull=False)),
            models.Index(name="news_by_webhook", fields=["webhook"], condition=Q(webhook__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.change} {self.flag_id}"
