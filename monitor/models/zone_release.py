"""Which zone data clocks were counted with."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ZoneRelease(models.Model):
    """Since when a release of the zone data has been installed here; the newest is the one that counts."""

    release = models.CharField(_("release"), max_length=30)
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("zone data")
        verbose_name_plural = _("zone data")

    def __str__(self) -> str:
        return self.release
