"""What the API remembers of requests: answers to repeat, and refusals to explain."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class IdempotentRequest(models.Model):
    """A request that carried an `Idempotency-Key`, and the answer to replay; kept for 24 hours.

    Without scopes nobody was told the answer as it stands: it was reduced, and is told anew.
    """

    store = models.ForeignKey("helpdesk.Store", on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=255)
    digests = models.JSONField(default=dict, help_text=_("of the route and of each top-level field"))
    scopes = ArrayField(models.CharField(max_length=5), default=list, help_text=_("of whom it was answered"))
    status = models.SmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(null=True)
    created_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(name="idempotent_request_one_per_store", fields=["store", "key"]),
        ]
        indexes = [models.Index(name="idempotent_request_by_age", fields=["created_at"])]

    def __str__(self) -> str:
        return self.key


class RefusedRequest(models.Model):
    """A request that the API refused, so that a developer can see why; body redacted, kept 30 days."""

    api_key = models.ForeignKey(
        "helpdesk.ApiKey", on_delete=models.CASCADE, related_name="refused_requests", null=True
    )
    report_key = models.ForeignKey(
        "helpdesk.ReportKey", on_delete=models.CASCADE, related_name="refused_requests", null=True
    )
    at = models.DateTimeField(db_default=models.functions.Now())
    method = models.CharField(max_length=10)
    path = models.CharField(max_length=500)
    status = models.SmallIntegerField()
    problem = models.JSONField()
    body = models.TextField(blank=True, help_text=_("its shape, with every value redacted"))

    class Meta:
        verbose_name = _("refused request")
        verbose_name_plural = _("refused requests")
        constraints = [
            models.CheckConstraint(
                name="refused_request_of_one_key",
                condition=models.Q(api_key__isnull=False, report_key__isnull=True)
                | models.Q(api_key__isnull=True, report_key__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="refused_request_by_key", fields=["api_key", "-at"]),
            models.Index(name="refused_request_by_age", fields=["at"]),
        ]

    def __str__(self) -> str:
        return f"{self.status} {self.method} {self.path}"
