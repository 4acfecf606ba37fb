"""Keys by which a program reads the reports that an overseer sees."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.input.visible_line import VisibleLineField
from helpdesk.models.agent import Agent
from helpdesk.models.store import Environment


class ReportKeyQuerySet(models.QuerySet["ReportKey"]):
    def valid(self) -> Self:
        """Keep those that nobody has revoked."""
        return self.filter(revoked_at=None)

    def managed_by(self, agent: Agent) -> Self:
        """Keep their own; an admin manages all."""
        return self if agent.is_admin else self.filter(agent=agent)


class ReportKey(models.Model):
    """An agent's key: `atr_<environment>_<public_id>_<secret>`, of which only a digest is kept.

    It sees what its agent sees of the environment, as long as they oversee a queue, and changes nothing.
    """

    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="report_keys",
        verbose_name=_("whose"),
    )
    environment = models.CharField(_("environment"), max_length=4, choices=Environment.choices)
    name = VisibleLineField(_("name"), max_length=100)
    public_id = models.CharField(max_length=16, unique=True)
    digest = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(_("created at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True)

    objects = ReportKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("report key")
        verbose_name_plural = _("report keys")

    def __str__(self) -> str:
        return self.public_id
