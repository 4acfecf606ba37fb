"""Each fact that a webhook is told."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.models.author import Author
from helpdesk.models.ticket import Status
from helpdesk.models.webhooks.webhook_subscription import WebhookKind, WebhookSubscription

UNTOLD = Q(dispatched_at=None)


class WebhookFactQuerySet(models.QuerySet["WebhookFact"]):
    def undispatched(self) -> Self:
        return self.filter(UNTOLD)


class WebhookFact(models.Model):
    """Something that happened on a ticket, as one subscription is told it; written together with what happened.

    `sequence` counts 1, 2, 3 … within a ticket and subscription. It holds codes and numbers: what was said is read
    when it leaves.
    """

    subscription = models.ForeignKey(
        WebhookSubscription, on_delete=models.CASCADE, related_name="facts", db_index=False
    )
    ticket = models.ForeignKey("helpdesk.Ticket", on_delete=models.CASCADE, related_name="+", db_index=False)
    sequence = models.IntegerField()
    kind = models.CharField(max_length=25, choices=WebhookKind.choices)
    message = models.ForeignKey("helpdesk.Message", on_delete=models.CASCADE, null=True, related_name="+")
    by = models.CharField(max_length=11, choices=Author.choices)
    was = models.CharField(max_length=8, choices=Status.choices, blank=True)
    status = models.CharField(max_length=8, choices=Status.choices)
    recorded_at = models.DateTimeField()
    dispatched_at = models.DateTimeField(null=True)

    objects = WebhookFactQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook fact")
        verbose_name_plural = _("webhook facts")
        constraints = [
            models.UniqueConstraint(
                name="webhook_fact_one_per_sequence", fields=["ticket", "subscription", "sequence"]
            ),
        ]
        indexes = [
            models.Index(name="webhook_fact_untold", fields=["id"], condition=UNTOLD),
            models.Index(name="webhook_fact_by_age", fields=["recorded_at"]),
            models.Index(name="webhook_fact_of_subscription", fields=["subscription"]),
        ]

    def __str__(self) -> str:
        return f"{self.subscription_id}/{self.ticket_id}#{self.sequence}"
