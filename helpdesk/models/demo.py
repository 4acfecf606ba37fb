"""The switch of the demo shop."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class DemoShop(models.Model):
    """The store that a demo driver writes to, and whether it was asked to stop."""

    store = models.OneToOneField("helpdesk.Store", on_delete=models.CASCADE, primary_key=True)
    stopped_at = models.DateTimeField(_("stopped at"), null=True)

    class Meta:
        verbose_name = _("demo shop")
        verbose_name_plural = _("demo shops")

    def __str__(self) -> str:
        return str(self.store)
