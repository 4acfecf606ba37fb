"""Dry runs: what versions that nobody has published would do, and would have done."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Trial(models.Model):
    """What was tried, over how many days, and how far it is. `stamp` names the newest versions it was held against.

    Open tickets are counted as if the drafts were published at `counted_at`, and the past as if they had been in force
    since `since`. It is over with once `complete_at` says so; one that was `overtaken` by a version never will be.
    """

    drafts: models.Field[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField()
    days = models.PositiveSmallIntegerField()
    asked_by = models.ForeignKey(
        "helpdesk.Agent", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField(_("asked at"))
    job = models.OneToOneField("helpdesk.Job", on_delete=models.SET_NULL, null=True, related_name="+")

    counted_at = models.DateTimeField(help_text=_("as of when; before it has begun: when it was asked for"))
    stamp: models.Field[list[int], list[int]] = models.JSONField(default=list)
    open_at = models.DateTimeField(null=True, help_text=_("when all open tickets were counted"))
    complete_at = models.DateTimeField(null=True)
    overtaken_at = models.DateTimeField(null=True, help_text=_("when another version was found"))
    refused = models.CharField(max_length=500, blank=True, help_text=_("why it cannot be counted"))

    published_at = models.DateTimeField(null=True)
    emptied_at = models.DateTimeField(null=True, help_text=_("when its tickets were forgotten"))

    class Meta:
        verbose_name = _("dry run")
        verbose_name_plural = _("dry runs")

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def since(self) -> datetime:
        """Return from when on the past is counted."""
        return self.counted_at - timedelta(days=self.days)
