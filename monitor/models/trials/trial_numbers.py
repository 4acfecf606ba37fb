"""What a dry run counts: numbers for all that is alike, and a row for each clock of which something becomes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from monitor.models.clock_labels import METRIC_LABELS
from monitor.models.trials.trial import Trial


class TrialPart(models.TextChoices):
    """What is counted of a trial."""

    OPEN = "open", _("open tickets")
    PAST = "past", _("the past")


class TrialMove(models.TextChoices):
    """What becomes of a promise that runs; the first that holds."""

    LATE = "late", _("late at once")
    LOSES = "loses", _("without a target")
    GAINS = "gains", _("with a target for the first time")
    SOONER = "sooner", _("due sooner")
    LATER = "later", _("due later")
    OTHERWISE = "otherwise", _("due at the same time, promised otherwise")
    SAME = "same", _("unchanged")


class TrialOutcome(models.TextChoices):
    """What came of a promise; each clock has one."""

    MET = "met", _("in time")
    LATE = "late", _("late")
    UNANSWERED = "unanswered", _("never answered")
    UNDECIDED = "undecided", _("not due yet")
    UNPROMISED = "unpromised", _("nothing was promised")
    REST = "rest", _("needs no answer any more")
    ABSENT = "absent", _("not timed")


class TrialCell(models.Model):
    """How many clocks are alike in all that is asked about a trial, those included that nothing becomes of."""

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="cells", db_index=False)
    part = models.CharField(max_length=4, choices=TrialPart)
    environment = models.CharField(max_length=4)
    queue_id = models.BigIntegerField()
    priority = models.CharField(max_length=6)
    metric = models.CharField(max_length=20, choices=METRIC_LABELS)
    move = models.CharField(max_length=10, choices=TrialMove, blank=True)
    before = models.CharField(max_length=10, choices=TrialOutcome)
    after = models.CharField(max_length=10, choices=TrialOutcome)
    number = models.BigIntegerField()

    class Meta:
        verbose_name = _("cell of a dry run")
        verbose_name_plural = _("cells of dry runs")
        constraints = [
            models.UniqueConstraint(
                name="trial_cell_once",
                fields=[
                    "trial",
                    "part",
                    "environment",
                    "queue_id",
                    "priority",
                    "metric",
                    "move",
                    "before",
                    "after",
                ],
            )
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.before} {self.after}: {self.number}"


class TrialRow(models.Model):
    """A clock of which something becomes. Ticket and queue are numbers: what is deleted is not listed any more."""

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="rows", db_index=False)
    part = models.CharField(max_length=4, choices=TrialPart)
    environment = models.CharField(max_length=4)
    ticket_id = models.BigIntegerField()
    queue_id = models.BigIntegerField()
    priority = models.CharField(max_length=6)
    last_seq = models.IntegerField(help_text=_("the ticket's last event that was counted"))
    metric = models.CharField(max_length=20, choices=METRIC_LABELS)
    start_seq = models.IntegerField()
    move = models.CharField(max_length=10, choices=TrialMove, blank=True)
    before = models.CharField(max_length=10, choices=TrialOutcome)
    after = models.CharField(max_length=10, choices=TrialOutcome)
    target_before = models.DurationField(null=True)
    target_after = models.DurationField(null=True)
    due_before = models.DateTimeField(null=True)
    due_after = models.DateTimeField(null=True)
    left_before = models.DurationField(null=True, help_text=_("while paused"))
    left_after = models.DurationField(null=True)
    risk_before = models.DateTimeField(null=True)
    risk_after = models.DateTimeField(null=True)
    late_before = models.DateTimeField(null=True)
    late_after = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("ticket of a dry run")
        verbose_name_plural = _("tickets of dry runs")
        indexes = [
            models.Index(
                name="trial_row_by_change", fields=["trial", "part", "metric", "before", "after", "id"]
            ),
            models.Index(name="trial_row_by_move", fields=["trial", "part", "move", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.metric}"
