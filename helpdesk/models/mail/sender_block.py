"""Blocked senders: whose mail opens nothing in a store, since when and for how long."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from helpdesk.models.mail.raw_mail import RawMail
from helpdesk.models.store import Store

if TYPE_CHECKING:
    from helpdesk.models.agent import Agent


class SenderBlockQuerySet(models.QuerySet["SenderBlock"]):
    def visible_to(self, agent: Agent) -> Self:
        """Keep those of the stores for which the agent works."""
        return self.filter(store__in=Store.objects.visible_to(agent))

    def in_force(self, now: datetime) -> Self:
        return self.filter(Q(until=None) | Q(until__gt=now), lifted_at=None)

    def over(self, since: datetime) -> Self:
        """Keep those that were lifted, or ran out, before then."""
        return self.filter(Q(lifted_at__lt=since) | Q(until__lt=since))

    def stopping(self, address_key: str) -> Self:
        """Keep those by which mail from an address is stopped: itself, or its domain."""
        return self.filter(sender__in=[address_key, f"@{address_key.rpartition('@')[2]}"])

    def worth_a_look(self, now: datetime) -> Self:
        """Keep those in force, and those of which mail is still kept."""
        stopped = Exists(RawMail.objects.filter(block=OuterRef("pk")))
        return self.filter(Q(pk__in=self.in_force(now).values("pk")) | stopped)


class SenderBlock(models.Model):
    """A sender whose mail to a store is stopped: an address, or as `@example.com` all of a domain.

    `until` is when it runs out, null for good. What it stops is counted, and kept for 30 days at most; a block that is
    over is deleted after as long.
    """

    store = models.ForeignKey("helpdesk.Store", on_delete=models.CASCADE, related_name="+")
    sender = models.CharField(
        _("sender"), max_length=640, help_text=_("an address in lower case, or a domain")
    )
    blocked_at = models.DateTimeField(_("blocked at"))
    blocked_by = models.ForeignKey("helpdesk.Agent", on_delete=models.PROTECT, related_name="+")
    ticket = models.ForeignKey(
        "helpdesk.Ticket",
        on_delete=models.SET_NULL,
        null=True,
        related_name="sender_blocks",
        help_text=_("the spam for which it was blocked"),
    )
    until = models.DateTimeField(_("until"), null=True)
    lifted_at = models.DateTimeField(_("lifted at"), null=True)
    stopped = models.PositiveIntegerField(_("mails that it stopped"), default=0)

    objects = SenderBlockQuerySet.as_manager()

    class Meta:
        verbose_name = _("blocked sender")
        verbose_name_plural = _("blocked senders")
        constraints = [
            models.UniqueConstraint(
                name="sender_block_once_per_store", fields=["store", "sender"], condition=Q(lifted_at=None)
            ),
            models.CheckConstraint(name="sender_block_names_somebody", condition=Q(sender__contains="@")),
        ]

    def __str__(self) -> str:
        return self.sender
