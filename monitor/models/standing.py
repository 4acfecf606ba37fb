"""The read model of the queue: where each live ticket stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from helpdesk.models import Queue
from monitor.models.clock import Clock
from monitor.models.stretches import StretchesField

if TYPE_CHECKING:
    from helpdesk.models import Agent

SOON: Final = timedelta(minutes=15)
"""What falls due within so long is due soon. Whoever changes it recounts the live tickets."""


class StandingQuerySet(models.QuerySet["Standing"]):
    def visible_to(self, agent: Agent) -> Self:
        return self if agent.is_admin else self.filter(queue__in=Queue.objects.visible_to(agent))

    def turn_first(self) -> Self:
        """Late first, then by due time, then by priority, then by age; without a due time last."""
        return self.order_by(F("turn_at").asc(nulls_last=True), "-rank", "opened_at", "ticket_id")

    def with_promises(self) -> Self:
        """Read along, as `promises`, the clocks of each ticket that have a due time and have not ended."""
        clocks = Clock.objects.not_ended().exclude(due_at=None, breach_at=None)
        said = {name: name for name in ("metric", "due_at", "risk_at", "breach_at")}
        promised = clocks.filter(ticket=OuterRef("pk")).values(json=JSONObject(**said))
        return self.annotate(promises=ArraySubquery(promised))


class Standing(models.Model):
    """One row per live ticket: when its promises fall due, and copies of what the queue is filtered by.

    Written by the relay only. It holds instants and no level: what is late or at risk is asked of `now` when it
    is read. They are several, since the least due time of all clocks would hide the others.
    """

    ticket = models.OneToOneField(
        "helpdesk.Ticket", on_delete=models.CASCADE, primary_key=True, related_name="standing"
    )
    store = models.ForeignKey("helpdesk.Store", on_delete=models.PROTECT, related_name="+", db_index=False)
    queue = models.ForeignKey("helpdesk.Queue", on_delete=models.PROTECT, related_name="+", db_index=False)
    assignee = models.ForeignKey(
        "helpdesk.Agent", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    environment = models.CharField(max_length=4)
    status = models.CharField(max_length=8)
    rank = models.SmallIntegerField(help_text=_("priority as a number: low 0 … urgent 3"))
    turn_at = models.DateTimeField(null=True, help_text=_("its place: `waiting_due_at`, else `due_at`"))
    waiting_due_at = models.DateTimeField(null=True, help_text=_("when a person must have said something"))
    due_at = models.DateTimeField(null=True, help_text=_("when the first of its other promises is due"))
    late_at = models.DateTimeField(
        null=True, help_text=_("the first breach of what has not ended, paused too")
    )
    waiting_since = models.DateTimeField(null=True, help_text=_("the oldest unanswered customer message"))
    unacknowledged_since = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    risky = StretchesField(null=True, help_text=_("from the warning of a promise to its breach"))
    nearly_due = StretchesField(null=True, help_text=_("the quarter of an hour before a promise is due"))

    promises: Sequence[dict[str, Any]] = ()
    """What `with_promises` has read along."""

    objects = StandingQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                F("environment"),
                F("queue"),
                F("turn_at").asc(nulls_last=True),
                F("rank").desc(),
                F("opened_at"),
                F("ticket"),
                name="standing_by_queue",
                include=["store"],
            ),
            models.Index(
                F("environment"),
                F("queue"),
                F("assignee"),
                F("turn_at").asc(nulls_last=True),
                F("rank").desc(),
                F("opened_at"),
                F("ticket"),
                name="standing_by_assignee_of_queue",
            ),
        ]

    def __str__(self) -> str:
        return str(self.ticket_id)
