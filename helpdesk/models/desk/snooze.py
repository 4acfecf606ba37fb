"""Tickets that whoever has them has put off for a while."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class SnoozeQuerySet(models.QuerySet["Snooze"]):
    def asleep(self, now: datetime) -> Self:
        """Keep those whose time has not come, and whose customer has not written since."""
        return self.filter(Q(until=None) | Q(until__gt=now), woken_at=None)


class Snooze(models.Model):
    """A ticket that its agent has put off: until a time, news of its order or, without either, its customer's answer.

    Its customer always ends it by writing. It is out of that agent's list alone, and only while they have the ticket.
    It touches no clock.
    """

    ticket = models.OneToOneField(
        "helpdesk.Ticket", on_delete=models.CASCADE, primary_key=True, related_name="snooze"
    )
    agent = models.ForeignKey("helpdesk.Agent", on_delete=models.PROTECT, related_name="+", db_index=False)
    snoozed_at = models.DateTimeField(_("snoozed at"))
    until = models.DateTimeField(_("until"), null=True)
    awaits_order = models.BooleanField(
        _("awaits news of its order"), default=False, db_default=False,
        help_text=_("that news of its order ends it, or has ended it"),
    )  # fmt: skip
    woken_at = models.DateTimeField(
        _("woken at"), null=True, help_text=_("when its customer wrote, or its order changed")
    )

    objects = SnoozeQuerySet.as_manager()

    class Meta:
        verbose_name = _("snooze")
        verbose_name_plural = _("snoozes")
        constraints = [
            models.CheckConstraint(
                name="snooze_ends_after_it_begins", condition=Q(until=None) | Q(until__gt=F("snoozed_at"))
            ),
            models.CheckConstraint(
                name="snooze_ends_at_a_time_or_by_news", condition=Q(until=None) | Q(awaits_order=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} · {self.agent_id}"

    def is_asleep(self, now: datetime) -> bool:
        return self.woken_at is None and (self.until is None or self.until > now)

    @property
    def back_at(self) -> datetime | None:
        """Return when the ticket is back on its agent's list, or was; null while nobody can tell."""
        return self.woken_at or self.until
