"""What an admin has said is right."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Confirmable(models.TextChoices):
    """What an installation cannot know by itself."""

    HOURS = "hours", _("working hours")
    PROMISES = "promises", _("promises")


class Confirmation(models.Model):
    """Somebody has seen what was in force at an instant, or made it so, and stands by it. Only ever added."""

    what = models.CharField(max_length=8, choices=Confirmable.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")
        constraints = [
            models.CheckConstraint(
                name="confirmation_of_what_is_known", condition=Q(what__in=Confirmable.values)
            ),
        ]

    def __str__(self) -> str:
        return self.get_what_display()
