"""Digests: figures by mail in the morning, to those who oversee and have asked for them."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.models import Environment


class DigestRhythm(models.TextChoices):
    """How often a digest comes; a week ends before its Monday."""

    DAILY = "daily", _("every day")
    WEEKLY = "weekly", _("every Monday")


class DigestQuerySet(models.QuerySet["Digest"]):
    def due(self, now: datetime) -> Self:
        return self.filter(due_at__lte=now)


class Digest(models.Model):
    """What an agent is mailed in a rhythm: about a queue, or about all that they see. Not due: switched off."""

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    rhythm = models.CharField(_("how often"), max_length=6, choices=DigestRhythm.choices)
    environment = models.CharField(_("environment"), max_length=4, choices=Environment.choices)
    queue = models.ForeignKey("helpdesk.Queue", on_delete=models.CASCADE, null=True, related_name="+")
    due_at = models.DateTimeField(_("due at"), null=True)

    objects = DigestQuerySet.as_manager()

    class Meta:
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        constraints = [
            models.UniqueConstraint(name="digest_one_of_a_rhythm", fields=["agent", "rhythm"]),
            models.CheckConstraint(
                name="digest_rhythm_is_known", condition=models.Q(rhythm__in=DigestRhythm.values)
            ),
        ]
        indexes = [
            models.Index(name="digest_due", fields=["due_at"], condition=models.Q(due_at__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.agent_id} {self.rhythm}"


class DigestIssue(models.Model):
    """The digest of one morning, which is made out once."""

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="issues", db_index=False)
    day = models.DateField(_("day"))
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("issue of a digest")
        verbose_name_plural = _("issues of digests")
        constraints = [models.UniqueConstraint(name="digest_issue_once_a_day", fields=["digest", "day"])]

    def __str__(self) -> str:
        return f"{self.digest_id} {self.day}"
