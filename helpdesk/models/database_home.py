"""Which database this is."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DatabaseHome(models.Model):
    """One row: where this database was when it was last looked at, in words that no backup makes true elsewhere.

    Found in another place it is a copy. Nothing leaves from `held_since` on, until somebody has looked.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    place = models.CharField(max_length=100)
    held_since = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("home of the database")
        verbose_name_plural = _("home of the database")
        constraints = [models.CheckConstraint(name="database_home_is_one", condition=Q(id=1))]

    def __str__(self) -> str:
        return self.place
