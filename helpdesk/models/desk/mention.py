"""Who was mentioned in a note, and whether they have seen it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.models.ticket import Ticket

if TYPE_CHECKING:
    from helpdesk.models.agent import Agent


class MentionQuerySet(models.QuerySet["Mention"]):
    def of(self, agent: Agent) -> Self:
        """Keep where the agent was mentioned on tickets that they may see: who leaves a queue sees no more of it."""
        return self.filter(agent=agent, message__ticket__in=Ticket.objects.visible_to(agent))

    def unread(self) -> Self:
        return self.filter(read_at=None)


class Mention(models.Model):
    """An agent whom a note mentions, and when they read it."""

    message = models.ForeignKey(
        "helpdesk.Message", on_delete=models.CASCADE, related_name="mentions", db_index=False
    )
    agent = models.ForeignKey("helpdesk.Agent", on_delete=models.PROTECT, related_name="+", db_index=False)
    read_at = models.DateTimeField(null=True)
    mail_at = models.DateTimeField(null=True, help_text=_("when they are mailed unless they have read it"))

    objects = MentionQuerySet.as_manager()

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        constraints = [models.UniqueConstraint(name="mention_once_in_a_note", fields=["message", "agent"])]
        indexes = [
            models.Index(name="mention_of_agent", fields=["agent", "-id"]),
            models.Index(name="mention_unread", fields=["agent", "message"], condition=Q(read_at=None)),
            models.Index(name="mention_to_mail", fields=["mail_at"], condition=Q(mail_at__isnull=False)),
            models.Index(name="mention_by_age", fields=["read_at"], condition=Q(read_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}/{self.agent_id}"
