"""The read model of the queue: where each live ticket stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from helpdesk.models import Queue

if TYPE_CHECKING:
    from helpdesk.models import Agent


class StandingQuerySet(models.QuerySet["Standing"]):
    def visible_to(self, agent: Agent) -> Self:
        return self if agent.is_admin else self.filter(queue__in=Queue.objects.visible_to(agent))

    def due_first(self) -> Self:
        """Late first, then by due time, then by priority, then by age; without a due time last."""
        return self.order_by(F("next_due_at").asc(nulls_last=True), "-rank", "opened_at", "ticket_id")


class Standing(models.Model):
    """One row per live ticket: its next due time, and copies of what the queue is filtered by.

    Written by the relay only. Holds no level: late means `next_due_at <= now` when it is read.
    """

    ticket = models.OneToOneField(
        "helpdesk.Ticket", on_delete=models.CASCADE, primary_key=True, related_name="standing"
    )
    store = models.ForeignKey("helpdesk.Store", on_delete=models.PROTECT, related_name="+", db_index=False)
    queue = models.ForeignKey("helpdesk.Queue", on_delete=models.PROTECT, related_name="+", db_index=False)
    assignee = models.ForeignKey(
        "helpdesk.Agent", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    environment = models.CharField(max_length=4)
    status = models.CharField(max_length=8)
    rank = models.SmallIntegerField(help_text=_("priority as a number: low 0 … urgent 3"))
    next_due_at = models.DateTimeField(null=True)
    next_metric = models.CharField(max_length=20, blank=True)
    next_risk_at = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(null=True, help_text=_("the oldest unanswered customer message"))
    unacknowledged_since = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()

    objects = StandingQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                F("environment"),
                F("queue"),
                F("next_due_at").asc(nulls_last=True),
                F("rank").desc(),
                F("opened_at"),
                F("ticket"),
                name="standing_by_queue",
            ),
            models.Index(
                F("environment"),
                F("queue"),
                F("assignee"),
                F("next_due_at").asc(nulls_last=True),
                F("rank").desc(),
                F("opened_at"),
                F("ticket"),
                name="standing_by_assignee_of_queue",
            ),
        ]

    def __str__(self) -> str:
        return str(self.ticket_id)
