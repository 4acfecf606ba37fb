"""Second opinions: what another helpdesk says of its first replies, beside what our clocks make of them."""

from __future__ import annotations

from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from monitor.models.calendar import Calendar


class ForeignVendor(models.TextChoices):
    """Whose helpdesk it is."""

    ZENDESK = "zendesk", "Zendesk"


class Opinion(models.Model):
    """A comparison with another helpdesk: of tickets made `since` then, as they stood at `told_until`."""

    vendor = models.CharField(_("helpdesk"), max_length=20, choices=ForeignVendor.choices)
    asked_by = models.ForeignKey(
        "helpdesk.Agent", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    begun_at = models.DateTimeField(_("begun at"))
    since = models.DateTimeField(_("since"))
    told_until = models.DateTimeField(null=True, help_text=_("the newest instant that was told of"))
    calendar = models.ForeignKey(
        Calendar, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    staff: models.Field[list[int], list[int]] = ArrayField(models.BigIntegerField(), default=list)
    robots: models.Field[list[int], list[int]] = ArrayField(models.BigIntegerField(), default=list)
    older = models.BigIntegerField(default=0, help_text=_("tickets of the last export that were made before"))
    refused = models.BigIntegerField(
        default=0, help_text=_("lines of the last export that could not be read")
    )
    complete_at = models.DateTimeField(null=True, help_text=_("when the last ticket was counted"))

    class Meta:
        verbose_name = _("second opinion")
        verbose_name_plural = _("second opinions")

    def __str__(self) -> str:
        return f"#{self.pk} {self.get_vendor_display()}"


class OpinionTicketQuerySet(models.QuerySet["OpinionTicket"]):
    def uncounted(self) -> Self:
        return self.filter(counted_at=None)

    def counted(self) -> Self:
        return self.exclude(counted_at=None)

    def for_reason(self, reason: str) -> Self:
        """Keep those that differ for this reason first of all; "" keeps those that do not differ."""
        return self.counted().filter(reason=reason)


class OpinionTicket(models.Model):
    """A ticket of theirs: who spoke when, their figure, ours, and why the two differ. It holds no word and no name."""

    opinion = models.ForeignKey(Opinion, on_delete=models.CASCADE, related_name="tickets", db_index=False)
    number = models.BigIntegerField(help_text=_("its number there"))
    changed_at = models.DateTimeField(help_text=_("when they last changed it"))
    told: models.Field[dict[str, Any], dict[str, Any]] = models.JSONField()

    counted_at = models.DateTimeField(null=True)
    theirs = models.BigIntegerField(null=True, help_text=_("seconds"))
    their_business = models.BigIntegerField(null=True, help_text=_("seconds"))
    outcome = models.CharField(max_length=20, blank=True)
    ours = models.BigIntegerField(null=True, help_text=_("seconds"))
    our_business = models.BigIntegerField(null=True, help_text=_("seconds"))
    reasons: models.Field[list[str], list[str]] = ArrayField(models.CharField(max_length=30), default=list)
    reason = models.CharField(max_length=30, blank=True)

    objects = OpinionTicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket of a second opinion")
        verbose_name_plural = _("tickets of second opinions")
        constraints = [models.UniqueConstraint(name="opinion_ticket_once", fields=["opinion", "number"])]
        indexes = [
            models.Index(name="opinion_ticket_by_reason", fields=["opinion", "reason", "number"]),
            models.Index(
                name="opinion_ticket_uncounted", fields=["opinion", "number"], condition=Q(counted_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"
