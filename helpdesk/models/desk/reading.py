"""Up to where agents have read tickets."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reading(models.Model):
    """How far an agent has read a ticket: up to `seq` by now, and up to `since_seq` before they came this time.

    Looks that follow one another closely are one visit, so that what is new stays new over a reload.
    """

    ticket = models.ForeignKey(
        "helpdesk.Ticket", on_delete=models.CASCADE, related_name="readings", db_index=False
    )
    agent = models.ForeignKey("helpdesk.Agent", on_delete=models.PROTECT, related_name="+", db_index=False)
    seq = models.IntegerField()
    since_seq = models.IntegerField(null=True, help_text=_("null on the first visit"))
    read_at = models.DateTimeField()

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        constraints = [models.UniqueConstraint(name="reading_one_of_an_agent", fields=["ticket", "agent"])]
        indexes = [models.Index(name="reading_by_age", fields=["read_at"])]

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.seq}"
