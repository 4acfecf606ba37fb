"""Wallboards: links by which a screen on a wall shows six numbers, to whoever has the link."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.models import Environment, Queue
from helpdesk.models.agent import Agent, Theme


class WallboardQuerySet(models.QuerySet["Wallboard"]):
    def valid(self) -> Self:
        """Keep those that nobody has revoked."""
        return self.filter(revoked_at=None)

    def managed_by(self, agent: Agent) -> Self:
        """Keep their own, and those of the queues that they oversee; an admin manages all."""
        if agent.is_admin:
            return self
        return self.filter(
            models.Q(agent=agent) | models.Q(queue__in=Queue.objects.overseen_by(agent).values("pk"))
        )


class Wallboard(models.Model):
    """What one link shows: what its maker sees of a queue, or of all; only the link's digest is kept."""

    digest = models.BinaryField(max_length=32, unique=True)
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    environment = models.CharField(_("environment"), max_length=4, choices=Environment.choices)
    queue = models.ForeignKey("helpdesk.Queue", on_delete=models.CASCADE, null=True, related_name="+")
    theme = models.CharField(_("colours"), max_length=5, choices=Theme.choices, default=Theme.AUTO)
    made_at = models.DateTimeField(_("made at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    shown_at = models.DateTimeField(_("last shown"), null=True)

    objects = WallboardQuerySet.as_manager()

    class Meta:
        verbose_name = _("wallboard")
        verbose_name_plural = _("wallboards")

    def __str__(self) -> str:
        return f"#{self.pk}"
