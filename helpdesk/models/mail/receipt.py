"""Receipts: what a customer was told at once by a machine, and by when it promised them a person."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Receipt(models.Model):
    """The automatic message that says a customer's mail has come; a ticket has one at most.

    It belongs to whom it was told, whoever the ticket's customer is later.
    """

    message = models.OneToOneField(
        "helpdesk.Message", on_delete=models.CASCADE, primary_key=True, related_name="receipt"
    )
    ticket = models.OneToOneField("helpdesk.Ticket", on_delete=models.CASCADE, related_name="receipt")
    customer = models.ForeignKey("helpdesk.Customer", on_delete=models.PROTECT, related_name="receipts")
    language = models.CharField(_("language"), max_length=35)
    promised_at = models.DateTimeField(
        null=True, help_text=_("by when it says that a person answers; null where it names no time")
    )
    written_at = models.DateTimeField(_("written at"))

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")

    def __str__(self) -> str:
        return f"#{self.pk}"
