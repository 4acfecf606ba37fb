"""Second opinions: what another helpdesk says of its first replies, beside what our clocks make of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from helpdesk.models import Job
from helpdesk.secrets.sealed_field import SealedField, closed
from monitor.models.calendar import Calendar


class ForeignVendor(models.TextChoices):
    """Whose helpdesk it is."""

    ZENDESK = "zendesk", "Zendesk"
    FRESHDESK = "freshdesk", "Freshdesk"
    GORGIAS = "gorgias", "Gorgias"


class Opinion(models.Model):
    """A comparison with another helpdesk: of tickets made `since` then, as they stood at `told_until`."""

    vendor = models.CharField(_("helpdesk"), max_length=20, choices=ForeignVendor.choices)
    asked_by = models.ForeignKey(
        "helpdesk.Agent", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    begun_at = models.DateTimeField(_("begun at"))
    since = models.DateTimeField(_("since"))
    told_until = models.DateTimeField(null=True, help_text=_("the newest instant that was told of"))
    calendar = models.ForeignKey(
        Calendar, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    staff: models.Field[list[int], list[int]] = ArrayField(models.BigIntegerField(), default=list)
    robots: models.Field[list[int], list[int]] = ArrayField(models.BigIntegerField(), default=list)
    older = models.BigIntegerField(default=0, help_text=_("tickets of the last export that were made before"))
    refused = models.BigIntegerField(
        default=0, help_text=_("lines of the last export that could not be read")
    )
    complete_at = models.DateTimeField(null=True, help_text=_("when the last ticket was counted"))

    class Meta:
        verbose_name = _("second opinion")
        verbose_name_plural = _("second opinions")

    def __str__(self) -> str:
        return f"#{self.pk} {self.get_vendor_display()}"


class OpinionSourceQuerySet(models.QuerySet["OpinionSource"]):
    def unread(self) -> Self:
        """Keep what there is more to read of, and nothing against it."""
        return self.filter(finished_at=None, refused_at=None)

    def to_be_read(self, now: datetime) -> Self:
        """Keep what may be read on now, whoever was left alone longest first; nobody has called it off."""
        rested = Q(rests_until=None) | Q(rests_until__lte=now)
        wanted = self.unread().filter(rested, job__in=Job.objects.unfinished())
        return wanted.order_by(F("rests_until").asc(nulls_first=True), "pk")


class OpinionSource(models.Model):
    """Another helpdesk's API, from which an opinion is read: what lets us in, and from where reading goes on.

    It is read in passes, each over more days than the one before, so that there are figures soon: one reads what was
    made since `pass_since`. `whole_since` is the pass that was read to its end. What lets us in is forgotten with the
    last.
    """

    opinion = models.OneToOneField(Opinion, on_delete=models.CASCADE, primary_key=True, related_name="source")
    job = models.OneToOneField("helpdesk.Job", on_delete=models.CASCADE, related_name="+")
    account = models.CharField(_("account"), max_length=63)
    authorization = SealedField(_("token"))
    place: models.Field[dict[str, Any], dict[str, Any]] = models.JSONField(
        help_text=_("what is asked for next")
    )
    pass_since = models.DateTimeField()
    whole_since = models.DateTimeField(null=True)
    reached_at = models.DateTimeField(null=True, help_text=_("up to when the present pass has come"))
    records = models.BigIntegerField(default=0, help_text=_("how many were read"))
    failures = models.PositiveIntegerField(default=0, help_text=_("in a row"))
    trouble = models.CharField(max_length=20, blank=True, help_text=_("what is in its way"))
    trouble_detail = models.CharField(max_length=20, blank=True)
    rests_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True, help_text=_("when all was here"))
    refused_at = models.DateTimeField(null=True, help_text=_("when it was given up"))

    objects = OpinionSourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source of a second opinion")
        verbose_name_plural = _("sources of second opinions")
        constraints = [
            closed("authorization"),
            models.CheckConstraint(
                name="opinion_source_forgets_what_let_us_in",
                condition=Q(finished_at=None, refused_at=None) | Q(authorization=""),
            ),
        ]

    def __str__(self) -> str:
        return self.account

    @property
    def is_over(self) -> bool:
        return self.finished_at is not None or self.refused_at is not None


class OpinionTicketQuerySet(models.QuerySet["OpinionTicket"]):
    def uncounted(self) -> Self:
        """Keep those that can be counted and are not."""
        return self.filter(counted_at=None, is_whole=True)

    def counted(self) -> Self:
        return self.exclude(counted_at=None)

    def for_reason(self, reason: str) -> Self:
        """Keep those that differ for this reason first of all; "" keeps those that do not differ."""
        return self.counted().filter(reason=reason)


class OpinionTicket(models.Model):
    """A ticket of theirs: who spoke when, their figure, ours, and why the two differ. It holds no word and no name."""

    opinion = models.ForeignKey(Opinion, on_delete=models.CASCADE, related_name="tickets", db_index=False)
    number = models.BigIntegerField(help_text=_("its number there"))
    changed_at = models.DateTimeField(help_text=_("when they last changed it"))
    told: models.Field[dict[str, Any], dict[str, Any]] = models.JSONField()

    is_whole = models.BooleanField(
        default=True, db_default=True, help_text=_("all that was said on it is told")
    )

    counted_at = models.DateTimeField(null=True)
    theirs = models.BigIntegerField(null=True, help_text=_("seconds"))
    their_business = models.BigIntegerField(null=True, help_text=_("seconds"))
    outcome = models.CharField(max_length=20, blank=True)
    ours = models.BigIntegerField(null=True, help_text=_("seconds"))
    our_business = models.BigIntegerField(null=True, help_text=_("seconds"))
    reasons: models.Field[list[str], list[str]] = ArrayField(models.CharField(max_length=30), default=list)
    reason = models.CharField(max_length=30, blank=True)

    objects = OpinionTicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket of a second opinion")
        verbose_name_plural = _("tickets of second opinions")
        constraints = [models.UniqueConstraint(name="opinion_ticket_once", fields=["opinion", "number"])]
        indexes = [
            models.Index(name="opinion_ticket_by_reason", fields=["opinion", "reason", "number"]),
            models.Index(
                name="opinion_ticket_uncounted",
                fields=["opinion", "number"],
                condition=Q(counted_at=None, is_whole=True),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"
