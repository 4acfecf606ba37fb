"""Lists that agents look at again and again, kept by name."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.input.visible_line import VisibleLineField
from helpdesk.models.agent import Agent
from helpdesk.models.queue import Queue


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def kept(self) -> Self:
        return self.filter(removed_at=None)

    def visible_to(self, agent: Agent) -> Self:
        """Keep the agent's own, and those that are shared with a queue of theirs."""
        return self.filter(Q(agent=agent) | Q(queue__in=Queue.objects.visible_to(agent)))

    def changeable_by(self, agent: Agent) -> Self:
        """Keep what the agent may rename and remove: their own, and what is shared with a queue they oversee."""
        return self.filter(Q(agent=agent, queue=None) | Q(queue__in=Queue.objects.overseen_by(agent)))


class SavedView(models.Model):
    """The address of a list, by the name of its page and what it asks for; the queue with which it is shared."""

    name = VisibleLineField(_("name"), max_length=60)
    agent = models.ForeignKey("helpdesk.Agent", on_delete=models.PROTECT, related_name="saved_views")
    queue = models.ForeignKey(
        "helpdesk.Queue", on_delete=models.CASCADE, null=True, related_name="saved_views"
    )
    environment = models.CharField(max_length=4)
    page = models.CharField(max_length=20)
    query = models.CharField(max_length=1000, blank=True)
    removed_at: models.DateTimeField[Any, Any] = models.DateTimeField(null=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")

    def __str__(self) -> str:
        return self.name
