"""The people who ask."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Customer(models.Model):
    """Somebody who asked a store something; found by external id, else by e-mail in whatever case."""

    store = models.ForeignKey(
        "helpdesk.Store", on_delete=models.CASCADE, related_name="customers", db_index=False
    )
    external_id = models.CharField(max_length=200, null=True)
    email = models.CharField(_("e-mail"), max_length=320, blank=True)
    email_key = models.CharField(max_length=640, null=True, help_text=_("the e-mail in lower case"))
    name = models.CharField(_("name"), max_length=200, blank=True)
    locale = models.CharField(_("language"), max_length=35, blank=True)
    timezone = models.CharField(_("time zone"), max_length=64, blank=True)
    tier = models.CharField(_("tier"), max_length=50, blank=True)
    created_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = [
            models.UniqueConstraint(
                name="customer_external_id_once_per_store",
                fields=["store", "external_id"],
                condition=Q(external_id__isnull=False),
            ),
            models.UniqueConstraint(
                name="customer_known_by_email_only_once",
                fields=["store", "email_key"],
                condition=Q(external_id=None, email_key__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="customer_by_email", fields=["store", "email_key"], condition=Q(email_key__isnull=False)
            ),
            models.Index(name="customer_latest_first", fields=["store", "-created_at", "-id"]),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.external_id or str(_("somebody"))
