"""Which targets apply to which tickets, in versions that are never edited."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.input.visible_line import VisibleLineField
from helpdesk.models.alike_names import one_of_a_name
from monitor.models.calendar import WHY_AT_MOST


class Policy(models.Model):
    """A promise to a kind of ticket; what it promises stands in its versions."""

    name = VisibleLineField(_("name"), max_length=200, unique=True)
    created_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        constraints = [one_of_a_name()]

    def __str__(self) -> str:
        return self.name


class VersionScope(models.TextChoices):
    """Whom a new version of a policy touches."""

    NEW = "new", _("clocks that start from then on")
    NEW_AND_OPEN = "new_and_open", _("also the clocks that run by then")


class PolicyVersion(models.Model):
    """What a policy says from `effective_at` on; `rules` is what `policy.parse_rules` reads.

    Of the versions in force, that of the lowest position whose conditions a ticket meets applies.
    """

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField(_("version"))
    position = models.IntegerField(_("position"), help_text=_("the first match, counted from below, wins"))
    effective_at = models.DateTimeField(_("takes effect at"))
    scope = models.CharField(_("scope"), max_length=12, choices=VersionScope.choices)
    calendar = models.ForeignKey(
        "monitor.Calendar", on_delete=models.PROTECT, related_name="+", verbose_name=_("calendar")
    )
    rules = models.JSONField(_("rules"))
    retired = models.BooleanField(_("retired"), default=False)
    why = models.CharField(_("reason"), max_length=WHY_AT_MOST, blank=True, default="", db_default="")
    created_at = models.DateTimeField(db_default=models.functions.Now())
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("policy version")
        verbose_name_plural = _("policy versions")
        constraints = [
            models.UniqueConstraint(name="policy_version_once", fields=["policy", "version"]),
            models.CheckConstraint(
                name="policy_version_scope_is_known", condition=Q(scope__in=VersionScope.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy} v{self.version}"
