"""Flags: breaches, or the risk of one, put before people."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from helpdesk.models import ApiKey, Queue

if TYPE_CHECKING:
    from helpdesk.models import Agent


class Level(models.TextChoices):
    AT_RISK = "at_risk", _("at risk")
    BREACHED = "breached", _("breached")


OPEN = Q(withdrawn_at=None, acknowledged_at=None, settled_at=None)
"""What still asks for somebody: not withdrawn, not in hand, its clock not ended."""


class FlagQuerySet(models.QuerySet["Flag"]):
    def visible_to(self, viewer: Agent | ApiKey) -> Self:
        if isinstance(viewer, ApiKey):
            return self.filter(store_id=viewer.store_id)
        if viewer.is_admin:
            return self
        return self.filter(ticket__queue__in=Queue.objects.visible_to(viewer))

    def standing(self) -> Self:
        """Leave out what a correction has withdrawn."""
        return self.filter(withdrawn_at=None)

    def open(self) -> Self:
        """Keep what still asks for somebody."""
        return self.filter(OPEN)


class Flag(models.Model):
    """A breach, or the risk of one; written by `flags.raise_due` only.

    `raised_at` is the instant it speaks of; `rang_at` the alarm that brought it, never before we could
    know; `noticed_at` when it was written down, so that `noticed_at - rang_at` is our own lag, and
    `ingest_lag` that of the way in.
    """

    clock = models.ForeignKey("monitor.Clock", on_delete=models.CASCADE, related_name="flags")
    # Copies of what its clock hangs on; the database holds them through the clock, once and not three times.
    ticket = models.ForeignKey(
        "helpdesk.Ticket", models.CASCADE, related_name="flags", db_index=False, db_constraint=False
    )
    store = models.ForeignKey(
        "helpdesk.Store", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    metric = models.CharField(_("metric"), max_length=20)
    level = models.CharField(_("level"), max_length=8, choices=Level.choices)
    raised_at = models.DateTimeField(_("raised at"))
    rang_at = models.DateTimeField()
    noticed_at = models.DateTimeField(_("noticed at"))
    noticed_by = models.CharField(max_length=20)
    uncounted_since = models.DateTimeField(
        null=True, help_text=_("since when an event of its ticket was waiting to be counted as it was raised")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    withdrawn_reason = models.CharField(max_length=20, blank=True)
    withdrawn_by = models.IntegerField(
        null=True,
        help_text=_("the first event, by its number in the ticket, of what withdrew it; null: a recount"),
    )
    acknowledged_at = models.DateTimeField(_("in hand since"), null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    settled_at = models.DateTimeField(null=True, help_text=_("when its clock ended, a copy to be found by"))
    updated_at = models.DateTimeField(db_default=Now())  # by the database, whoever writes

    objects = FlagQuerySet.as_manager()

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        constraints = [
            models.UniqueConstraint(
                name="flag_once_per_clock_and_level",
                fields=["clock", "level"],
                condition=Q(withdrawn_at=None),
            ),
            models.CheckConstraint(name="flag_level_is_known", condition=Q(level__in=Level.values)),
        ]
        indexes = [
            models.Index(name="flag_by_ticket", fields=["ticket", "id"]),
            models.Index(name="flag_by_store", fields=["store", "-noticed_at", "-id"]),
            models.Index(name="flag_by_store_and_change", fields=["store", "updated_at", "id"]),
            models.Index(name="flag_open_by_store", fields=["store", "-noticed_at", "-id"], condition=OPEN),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.metric} {self.level}"

    @property
    def is_open(self) -> bool:
        """Say of one flag what `FlagQuerySet.open` asks of many."""
        return self.withdrawn_at is None and self.acknowledged_at is None and self.settled_at is None

    @property
    def ingest_lag(self) -> timedelta:
        """How long nobody here could know of it: the lateness of whatever brought the news of it."""
        return max(self.rang_at - self.raised_at, timedelta())
