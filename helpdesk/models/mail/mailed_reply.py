"""Replies that leave by mail, and how far each has come."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Leaving(models.TextChoices):
    """How far a reply has come."""

    LEAVING = "leaving", _("leaving")
    LEFT = "left", _("left")
    REFUSED = "refused", _("could not leave")
    BOUNCED = "bounced", _("left, and came back")


LEAVING = Q(left_at=None, refused_at=None)


class MailedReplyQuerySet(models.QuerySet["MailedReply"]):
    def leaving(self) -> Self:
        """Keep those that no server has accepted yet, nor refused for good."""
        return self.filter(LEAVING)

    def taking_long(self, since: datetime) -> Self:
        """Keep those that are leaving since then or longer, whose clocks do not know it yet."""
        late = self.leaving().filter(delayed_at=None, leaving_since__lte=since)
        return late.filter(message__public=True)  # a letter to others stops no clock, and none is told of it


class MailedReply(models.Model):
    """A message that leaves by a mailbox: since when, and when its server accepted or refused it.

    `said` is what was last said of it on the way, mostly by a server; it may repeat addresses. From the first attempt
    on its `Message-ID` is one of the message's `mail_ids`.
    """

    message = models.OneToOneField(
        "helpdesk.Message", on_delete=models.CASCADE, primary_key=True, related_name="mailed"
    )
    mailbox = models.ForeignKey("helpdesk.Mailbox", on_delete=models.SET_NULL, null=True, related_name="+")
    leaving_since = models.DateTimeField(_("leaving since"))
    delayed_at = models.DateTimeField(null=True, help_text=_("when its clocks were told that it takes long"))
    left_at = models.DateTimeField(_("left at"), null=True)
    refused_at = models.DateTimeField(_("refused at"), null=True)
    said = models.CharField(_("what was said of it"), max_length=500, blank=True, default="")

    objects = MailedReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("mailed reply")
        verbose_name_plural = _("mailed replies")
        constraints = [
            models.CheckConstraint(
                name="mailed_reply_left_or_was_refused", condition=Q(left_at=None) | Q(refused_at=None)
            ),
        ]
        indexes = [
            models.Index(name="mailed_reply_leaving", fields=["leaving_since"], condition=LEAVING),
            models.Index(name="mailed_reply_by_age", fields=["leaving_since"]),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def state(self) -> Leaving:
        if self.refused_at is not None:
            return Leaving.REFUSED
        if self.left_at is None:
            return Leaving.LEAVING
        return Leaving.LEFT if self.message.bounced_at is None else Leaving.BOUNCED
