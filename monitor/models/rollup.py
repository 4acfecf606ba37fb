"""Rollups: sums over clocks by the day and hour of asking, and what they are made of."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class RollupMarkQuerySet(models.QuerySet["RollupMark"]):
    def to_fold(self) -> Self:
        """Leave out those of tickets that are set aside: whoever folds tries them, and they may stay as they are."""
        return self.exclude(ticket_id__in=UncountedTicket.objects.values("pk"))


class RollupMark(models.Model):
    """A ticket that is to be looked at: its clocks may have changed, or it is gone.

    Written where that happened, in the same transaction, and never read there: rows are only ever added, and
    taken away by who folds them. The ticket is a number, since it may be gone.
    """

    ticket_id = models.BigIntegerField()
    marked_at = models.DateTimeField(db_default=Now())

    objects = RollupMarkQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.ticket_id)


class RollupEditionQuerySet(models.QuerySet["RollupEdition"]):
    def complete(self) -> Self:
        return self.filter(complete_at__isnull=False)

    def shown(self, *, rules: int) -> RollupEdition | None:
        """Return the newest complete one by these rules: what others have written cannot be read by them."""
        return self.complete().filter(rules=rules).last()


class RollupEdition(models.Model):
    """All cells that were made by one set of rules and days of one zone."""

    zone = models.CharField(_("time zone"), max_length=64)
    rules = models.IntegerField()
    begun_at = models.DateTimeField()
    complete_at = models.DateTimeField(null=True, help_text=_("when every ticket was in it"))

    objects = RollupEditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition of figures")
        verbose_name_plural = _("editions of figures")

    def __str__(self) -> str:
        return f"#{self.pk} {self.zone}"


class RollupCell(models.Model):
    """How many clocks of a metric that started on a day came out how, at one level.

    A level is an environment, a queue or all of them (0), and one value of one dimension or none ("").
    """

    edition = models.ForeignKey(RollupEdition, on_delete=models.CASCADE, db_index=False)
    environment = models.CharField(max_length=4)
    queue_id = models.BigIntegerField()
    dimension = models.CharField(max_length=8, blank=True)
    value = models.CharField(max_length=50, blank=True)
    metric = models.CharField(_("metric"), max_length=60)
    day = models.DateField()
    counts = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="rollup_one_cell",
                fields=["edition", "environment", "queue_id", "dimension", "value", "metric", "day"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.day}"


class RollupMix(models.Model):
    """The same of tickets that are alike in all that they can be asked for by, where a cell has one thing or none."""

    edition = models.ForeignKey(RollupEdition, on_delete=models.CASCADE, db_index=False)
    environment = models.CharField(max_length=4)
    metric = models.CharField(_("metric"), max_length=60)
    day = models.DateField()
    queue_id = models.BigIntegerField()
    store_id = models.BigIntegerField()
    priority = models.CharField(max_length=6)
    channel = models.CharField(max_length=50)
    language = models.CharField(max_length=35, blank=True)
    tier = models.CharField(max_length=50, blank=True)
    topic_id = models.BigIntegerField(help_text=_("0: none"))
    counts = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="rollup_one_mix",
                fields=[
                    "edition", "environment", "metric", "day", "queue_id", "store_id", "priority", "channel",
                    "language", "tier", "topic_id",
                ],
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.metric} {self.day}"


class RollupLive(models.Model):
    """Where live tickets stand, of one queue, store and assignee (0: nobody).

    It holds instants, as the standings do that it is made of: each a column of microseconds since 1970, eight bytes
    each, least first. `due` is each end of what is nearly due; risks, and what is nearly due for longer than usual, say
    beside it when they begin and end (`monitor/reports/rollup/live_share.py`). `answers`: when those are due that are
    still to be given.
    """

    edition = models.ForeignKey(RollupEdition, on_delete=models.CASCADE, db_index=False)
    environment = models.CharField(max_length=4)
    queue_id = models.BigIntegerField()
    store_id = models.BigIntegerField()
    assignee_id = models.BigIntegerField()
    live = models.IntegerField()
    unacknowledged = models.IntegerField()
    late = models.BinaryField()
    waiting = models.BinaryField()
    due = models.BinaryField()
    risk_from = models.BinaryField()
    risk_until = models.BinaryField()
    soon_from = models.BinaryField()
    soon_until = models.BinaryField()
    answers = models.BinaryField(db_default=b"")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="rollup_one_live_place",
                fields=["edition", "environment", "queue_id", "store_id", "assignee_id"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.queue_id} {self.assignee_id}"


class RollupShare(models.Model):
    """What one ticket last added to the cells of an edition, packed: what is taken away when it adds something else."""

    edition = models.ForeignKey(RollupEdition, on_delete=models.CASCADE, db_index=False)
    ticket_id = models.BigIntegerField()
    share = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="rollup_one_share_per_ticket", fields=["edition", "ticket_id"])
        ]

    def __str__(self) -> str:
        return str(self.ticket_id)


class UncountedTicket(models.Model):
    """A ticket that whoever folds figures could not bring in: what it added last stands, and it is tried again.

    `last_error` is the class of what was raised: what that said may hold words of customers. The ticket is a number,
    since it may be gone.
    """

    ticket_id = models.BigIntegerField(primary_key=True)
    set_aside_at = models.DateTimeField()
    retry_at = models.DateTimeField()
    last_error = models.CharField(max_length=100)

    def __str__(self) -> str:
        return str(self.ticket_id)


class FirstResolution(models.Model):
    """When a ticket was first resolved, and what came of it within seven days. Written by whoever folds figures.

    `response` says how soon it had been answered, by a band of `response_bands`. The ticket is a number, since it may
    be gone; so is `asked_again_on`, the one on which its customer did so first.
    """

    ticket_id = models.BigIntegerField(primary_key=True)
    resolved_at = models.DateTimeField()
    response = models.CharField(max_length=8)
    reopened_at = models.DateTimeField(null=True)
    asked_again_at = models.DateTimeField(null=True)
    asked_again_on = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(name="first_resolution_by_time", fields=["-resolved_at", "-ticket_id"]),
            models.Index(
                name="first_resolution_by_next",
                fields=["asked_again_on"],
                condition=Q(asked_again_on__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="first_resolution_asked_again_on_a_ticket",
                condition=Q(asked_again_at=None, asked_again_on=None)
                | Q(asked_again_at__isnull=False, asked_again_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.ticket_id)
