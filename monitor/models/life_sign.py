"""Who of the watchmen is awake."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class LifeSign(models.Model):
    """When a part of the machinery was last seen at work."""

    name = models.CharField(max_length=30, primary_key=True)
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("sign of life")
        verbose_name_plural = _("signs of life")

    def __str__(self) -> str:
        return self.name
