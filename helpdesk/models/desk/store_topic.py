"""Topics: what a store's tickets are about, by its own list; a ticket has one or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.input.visible_line import VisibleLineField
from helpdesk.models.alike_names import one_of_a_name
from helpdesk.models.store import Store

if TYPE_CHECKING:
    from helpdesk.models.agent import Agent


class StoreTopicQuerySet(models.QuerySet["StoreTopic"]):
    def offered(self) -> Self:
        """Leave out those that are given to no ticket any more."""
        return self.filter(retired_at=None)

    def visible_to(self, agent: Agent) -> Self:
        return self.filter(store__in=Store.objects.visible_to(agent))


class StoreTopic(models.Model):
    """One entry of a store's list. Retired, it stays on the tickets that have it."""

    store = models.ForeignKey(
        "helpdesk.Store", on_delete=models.CASCADE, related_name="topics", db_index=False
    )
    name = VisibleLineField(_("name"), max_length=100)
    retired_at = models.DateTimeField(null=True)

    objects = StoreTopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        constraints = [one_of_a_name("store")]

    def __str__(self) -> str:
        return self.name
