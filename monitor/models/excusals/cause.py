"""Causes: why promises were broken, by a list that supervisors keep, or in somebody's own words."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from helpdesk.input.visible_line import VisibleLineField
from monitor.models.excusals.promise_identity import PromiseIdentity

LONGEST_WORDS = 200


class ListedCauseQuerySet(models.QuerySet["ListedCause"]):
    def offered(self) -> Self:
        """Keep those that are on the list; what was named with others stays so."""
        return self.filter(retired_at=None)

    def by_name(self) -> Self:
        return self.order_by(Lower("name"), "pk")


class ListedCause(models.Model):
    """A cause that can be chosen for a broken promise; retired, it stays on those that have it."""

    name = VisibleLineField(_("name"), max_length=80)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    retired_at = models.DateTimeField(null=True)

    objects = ListedCauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("cause")
        verbose_name_plural = _("causes")
        constraints = [models.UniqueConstraint(Lower("name"), name="cause_of_one_name")]

    def __str__(self) -> str:
        return self.name


class BreachCause(PromiseIdentity):
    """Why a promise was broken, as somebody said last: one of the list, or, without one, in their own words."""

    cause = models.ForeignKey(
        ListedCause, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    words = VisibleLineField(_("in own words"), max_length=LONGEST_WORDS, blank=True)
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("cause of a broken promise")
        verbose_name_plural = _("causes of broken promises")
        constraints = [
            models.UniqueConstraint(name="breach_has_one_cause", fields=["ticket", "metric", "start_seq"]),
            models.CheckConstraint(
                name="breach_cause_listed_or_own", condition=Q(cause__isnull=False, words="") | Q(cause=None)
            ),
        ]
