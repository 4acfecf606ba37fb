"""Clocks: one metric running on one ticket from one start event."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from monitor.clock.metrics import RESPONSES, Metric, Outcome
from monitor.models.clock_labels import METRIC_LABELS, OUTCOME_LABELS


class ClockQuerySet(models.QuerySet["Clock"]):
    """Questions about clocks, each chainable and named for how it reads after `.clocks`."""

    def standing(self) -> Self:
        """Leave out clocks that a correction has superseded."""
        return self.filter(superseded_at=None)

    def not_ended(self) -> Self:
        return self.filter(superseded_at=None, ended_at=None)

    def of(self, *metrics: str) -> Self:
        return self.filter(metric__in=metrics)


class Clock(models.Model):
    """A cached line of `clock.replay`: written by the relay, its alarm moved on by `flags.raise_due`.

    `risk_at` and `breach_at` are instants, past or to come: when this clock became, or as things stand
    will become, at risk or breached. Whether it is so is asked of `now` when it is read.
    """

    ticket = models.ForeignKey(
        "helpdesk.Ticket", on_delete=models.CASCADE, related_name="clocks", db_index=False
    )
    metric = models.CharField(_("metric"), max_length=20, choices=METRIC_LABELS)
    start_seq = models.IntegerField(help_text=_("the event that started it"))
    cycle = models.IntegerField(default=1)
    started_at = models.DateTimeField(_("started at"))
    policy_version = models.ForeignKey(
        "monitor.PolicyVersion", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    calendar_version = models.ForeignKey(
        "monitor.CalendarVersion", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    basis = models.CharField(max_length=8, blank=True)
    target = models.DurationField(_("target"), null=True)
    due_at = models.DateTimeField(_("due at"), null=True)
    paused_at = models.DateTimeField(_("paused at"), null=True)
    remaining = models.DurationField(_("remaining"), null=True)
    risk_at = models.DateTimeField(_("at risk at"), null=True)
    breach_at = models.DateTimeField(_("breached at"), null=True)
    breach_kind = models.CharField(max_length=10, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    end_seq = models.IntegerField(null=True)
    outcome = models.CharField(_("outcome"), max_length=15, choices=OUTCOME_LABELS, blank=True)
    business = models.DurationField(_("elapsed business time"), null=True)
    wall = models.DurationField(_("elapsed time"), null=True)
    any_at = models.DateTimeField(
        null=True, help_text=_("of a first response: when a bot answered before people did")
    )
    any_business = models.DurationField(null=True)
    substantive_at = models.DateTimeField(
        null=True, help_text=_("of a first response that only held off: when the wait for substance ended")
    )
    substantive_business = models.DurationField(null=True)
    substantive_outcome = models.CharField(  # null: as the first response itself
        max_length=15, null=True, blank=True, help_text=_("empty while it lasts")
    )
    silent = models.BooleanField(default=False, help_text=_("started by an imported event: never rings"))
    rings_at = models.DateTimeField(null=True, help_text=_("its next alarm that has no flag yet"))
    superseded_at = models.DateTimeField(null=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        constraints = [
            models.UniqueConstraint(name="clock_one_per_start", fields=["ticket", "metric", "start_seq"]),
            models.UniqueConstraint(
                name="clock_one_running_per_metric",
                fields=["ticket", "metric"],
                condition=Q(ended_at=None, superseded_at=None),
            ),
            models.CheckConstraint(
                name="clock_outcome_when_ended",
                condition=Q(ended_at=None, outcome="") | (Q(ended_at__isnull=False) & ~Q(outcome="")),
            ),
            models.CheckConstraint(
                name="clock_paused_is_due_only_when_late",
                condition=Q(paused_at=None) | Q(due_at=None) | Q(due_at__lte=F("paused_at")),
            ),
            models.CheckConstraint(
                name="clock_silent_never_rings", condition=Q(silent=False) | Q(rings_at=None)
            ),
        ]
        indexes = [
            models.Index(name="clock_rings", fields=["rings_at"], condition=Q(rings_at__isnull=False)),
            models.Index(name="clock_by_metric_and_start", fields=["metric", "started_at"]),
            models.Index(
                name="clock_falls_due",
                fields=["metric", "breach_at"],
                condition=Q(ended_at=None, superseded_at=None, breach_at__isnull=False),
            ),
            models.Index(
                name="clock_by_end",
                fields=["metric", "ended_at"],
                condition=Q(metric__in=[*RESPONSES, Metric.RESOLUTION], ended_at__isnull=False),
            ),
            models.Index(name="clock_by_any_answer", fields=["any_at"], condition=Q(any_at__isnull=False)),
            models.Index(
                name="clock_by_substance",
                fields=["substantive_at"],
                condition=Q(substantive_outcome__isnull=False),
            ),
            models.Index(
                name="clock_answered_late",
                fields=["breach_at", "started_at"],
                condition=Q(outcome=Outcome.LATE, superseded_at=None),
            ),
            models.Index(
                name="clock_ended_to_ring",
                fields=["ticket"],
                condition=Q(ended_at__isnull=False, rings_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.metric} #{self.cycle}"
