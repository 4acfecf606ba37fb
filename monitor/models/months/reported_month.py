"""Reported months: what a calendar month came to when somebody closed it, under a number that is never given again."""

from __future__ import annotations

from typing import Final, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.models import Agent, Environment, Queue, Store

NOTE_LENGTH: Final = 300


class ReportedMonthQuerySet(models.QuerySet["ReportedMonth"]):
    def in_environment(self, environment: str) -> Self:
        return self.filter(environment=environment)

    def reported(self) -> Self:
        """Leave out what is still being written."""
        return self.filter(reported_at__isnull=False)


class ReportedMonth(models.Model):
    """A calendar month as it was reported; a trigger keeps it, its figures and its clocks as they were.

    `number` runs within the environment. `versions` are those of policies and calendars that were in force in the
    month, by their ids; `rules` the number of the rules of clocks, `zone_data` the zone data they were counted with.
    Until `reported_at` it is being written, and has no number.
    """

    environment = models.CharField(max_length=4, choices=Environment.choices)
    number = models.PositiveIntegerField(_("number"), null=True)
    month = models.DateField(_("month"))
    zone = models.CharField(_("time zone"), max_length=64)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    note = models.CharField(_("note"), max_length=NOTE_LENGTH, blank=True)
    rules = models.IntegerField(null=True)
    zone_data = models.CharField(max_length=20, blank=True)
    versions = models.JSONField(default=dict)
    reported_at = models.DateTimeField(null=True)

    objects = ReportedMonthQuerySet.as_manager()

    class Meta:
        verbose_name = _("reported month")
        verbose_name_plural = _("reported months")
        constraints = [
            models.UniqueConstraint(name="reported_month_number_once", fields=["environment", "number"]),
            models.CheckConstraint(
                name="reported_month_has_its_number",
                condition=Q(number=None, reported_at=None)
                | Q(number__isnull=False, reported_at__isnull=False, rules__isnull=False),
            ),
            models.CheckConstraint(name="reported_month_is_whole", condition=Q(month__day=1)),
        ]
        indexes = [models.Index(name="reported_month_by_month", fields=["environment", "-month", "-id"])]

    def __str__(self) -> str:
        return f"{self.environment} #{self.number} {self.month:%Y-%m}"


class ReportedFigureQuerySet(models.QuerySet["ReportedFigure"]):
    def visible_to(self, agent: Agent) -> Self:
        """Keep those of queues that the agent sees; an admin sees those of every queue and of stores, too."""
        return self if agent.is_admin else self.filter(queue__in=Queue.objects.visible_to(agent))


class ReportedFigure(models.Model):
    """What a metric came to, of a queue, of a store, or of all; `counts` are those of the slices of promises.

    `promised` is the objective of the month in tenths of a percent, null for none. `waits` say within how many seconds
    half and nine in ten were answered, in whole time and in open time, and of how many that is known. `adjusted` are
    the counts without what was excused; null where nothing was.
    """

    reported = models.ForeignKey(
        ReportedMonth, on_delete=models.CASCADE, related_name="figures", db_index=False
    )
    metric = models.CharField(_("metric"), max_length=20)
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    counts = models.JSONField()
    promised = models.PositiveSmallIntegerField(null=True)
    waits = models.JSONField()
    adjusted = models.JSONField(null=True)

    objects = ReportedFigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("reported figure")
        verbose_name_plural = _("reported figures")
        constraints = [
            models.UniqueConstraint(
                name="reported_figure_once",
                fields=["reported", "metric", "queue", "store"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="reported_figure_of_one_place", condition=Q(queue=None) | Q(store=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reported_id} {self.metric}"


class ReportedClockQuerySet(models.QuerySet["ReportedClock"]):
    def visible_to(self, agent: Agent) -> Self:
        """Keep those of the queues that the agent sees, by where each was; an admin sees all."""
        return self if agent.is_admin else self.filter(queue_id__in=Queue.objects.visible_to(agent))


class ReportedClock(models.Model):
    """A clock as it was reported: ids, codes and instants, no name and no word.

    It outlives its ticket, its place and its clock, of which it holds the numbers. `last_seq` is the ticket's last
    event by then; the seconds are those that it had lasted, in whole time and in open time, where it had ended.
    """

    pk = models.CompositePrimaryKey("reported_id", "ticket_id", "metric", "start_seq")
    reported = models.ForeignKey(
        ReportedMonth, on_delete=models.CASCADE, related_name="clocks", db_index=False
    )
    ticket_id = models.BigIntegerField()
    metric = models.CharField(max_length=20)
    start_seq = models.IntegerField()
    last_seq = models.IntegerField()
    queue_id = models.BigIntegerField()
    store_id = models.BigIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_seq = models.IntegerField(null=True)
    due_at = models.DateTimeField(null=True)
    breach_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=15, blank=True)
    came_out = models.CharField(max_length=15)
    policy_version_id = models.BigIntegerField(null=True)
    calendar_version_id = models.BigIntegerField(null=True)
    wall_seconds = models.BigIntegerField(null=True)
    business_seconds = models.BigIntegerField(null=True)
    excused = models.BooleanField(default=False)
    excused_by_id = models.BigIntegerField(null=True, help_text=_("the agent, where somebody did"))
    freeze_ids = ArrayField(models.BigIntegerField(), null=True, help_text=_("those by which it is excused"))

    objects = ReportedClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("reported clock")
        verbose_name_plural = _("reported clocks")

    def __str__(self) -> str:
        return f"{self.reported_id} {self.ticket_id} {self.metric}"
