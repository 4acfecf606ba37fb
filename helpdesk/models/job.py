"""Work that is too long for one request or one task: what was asked for, how far it is, what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

_UNFINISHED = Q(finished_at=None, failed_at=None, cancelled_at=None)


class JobQuerySet(models.QuerySet["Job"]):
    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)

    def unfinished(self) -> Self:
        return self.filter(_UNFINISHED)

    def waiting(self) -> Self:
        return self.unfinished().filter(started_at=None)

    def running(self) -> Self:
        return self.unfinished().exclude(started_at=None)

    def ready(self, now: datetime) -> Self:
        """Keep what a worker may carry on now, and what rests from a time that is still to come: a clock was fast."""
        rested = Q(rests_until=None) | Q(rests_until__lte=now)
        return self.unfinished().filter(rested | Q(stepped_at__gt=now + timedelta(minutes=1)))

    def in_turn(self) -> Self:
        """Order by whose turn it is: whoever was carried on last comes last."""
        return self.order_by(F("stepped_at").asc(nulls_first=True), "pk")

    def newest_first(self) -> Self:
        return self.order_by("-pk")


class Job(models.Model):
    """Carried on step by step by whichever worker comes by, until it is over: finished, failed or cancelled.

    A step is one transaction, which does some of the work and moves `state`: a worker that dies loses that one,
    and no work is done twice. A row and not a message, so that nothing is forgotten with the broker. Of a kind, one at
    most is under way with the same `subject`; without one there may be many.
    """

    kind = models.CharField(_("kind"), max_length=30)
    subject = models.CharField(
        max_length=60, blank=True, default="", db_default="", help_text=_("what one at a time is at")
    )
    arguments = models.JSONField(_("arguments"), default=dict, help_text=_("ids and codes"))
    asked_by = models.ForeignKey(
        "helpdesk.Agent", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField(_("asked at"))

    started_at = models.DateTimeField(_("started at"), null=True)
    stepped_at = models.DateTimeField(null=True, help_text=_("when it was carried on last"))
    rests_until = models.DateTimeField(null=True, help_text=_("left alone until then"))
    state = models.JSONField(default=dict, help_text=_("from where the next step goes on"))
    done = models.BigIntegerField(_("done"), default=0)
    total = models.BigIntegerField(_("of"), null=True, help_text=_("not known: null"))
    error_count = models.BigIntegerField(default=0, help_text=_("how many could not be done"))
    result = models.JSONField(_("result"), default=dict)

    finished_at = models.DateTimeField(_("finished at"), null=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True)
    failed_at = models.DateTimeField(_("failed at"), null=True)
    failure = models.CharField(max_length=500, blank=True, help_text=_("why, or what is in its way just now"))

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.CheckConstraint(
                name="job_is_over_once",
                condition=Q(finished_at=None, cancelled_at=None)
                | Q(finished_at=None, failed_at=None)
                | Q(cancelled_at=None, failed_at=None),
            ),
            models.UniqueConstraint(
                name="job_one_under_way_of_a_subject",
                fields=["kind", "subject"],
                condition=_UNFINISHED & ~Q(subject=""),
            ),
            models.CheckConstraint(
                name="job_that_failed_says_why", condition=Q(failed_at=None) | ~Q(failure="")
            ),
        ]
        indexes = [models.Index(name="job_unfinished", fields=["stepped_at", "id"], condition=_UNFINISHED)]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def over_at(self) -> datetime | None:
        return self.finished_at or self.cancelled_at or self.failed_at

    @property
    def is_waiting(self) -> bool:
        return self.over_at is None and self.started_at is None

    @property
    def is_running(self) -> bool:
        return self.over_at is None and self.started_at is not None


class JobError(models.Model):
    """Something that a job could not do. Of a job with very many, the first are kept."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="errors")
    what = models.CharField(max_length=200, help_text=_("a reference, an id, a line"))
    why = models.CharField(max_length=500)

    class Meta:
        verbose_name = _("job error")
        verbose_name_plural = _("job errors")

    def __str__(self) -> str:
        return f"{self.what}: {self.why}"
