"""Replies that were sent a moment ago and can still be taken back: nothing has been said yet."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

WAITS = Q(refused_at=None)


class HeldReplyQuerySet(models.QuerySet["HeldReply"]):
    def waiting(self) -> Self:
        """Keep those that will be said unless somebody takes them back."""
        return self.filter(WAITS)

    def to_let_go(self, now: datetime) -> Self:
        """Keep those whose time for second thoughts is over."""
        return self.waiting().filter(leaves_at__lte=now)


class HeldReply(models.Model):
    """What an agent has sent, as they sent it, until `leaves_at`: then it is said, dated when *Send* was pressed.

    Where it can be said no more, since its ticket has ended meanwhile, `why` says so and it waits for its author.
    """

    ticket = models.ForeignKey("helpdesk.Ticket", on_delete=models.CASCADE, related_name="held_replies")
    author = models.ForeignKey(
        "helpdesk.Agent", on_delete=models.PROTECT, related_name="held_replies", db_index=False
    )
    body = models.TextField()
    then = models.CharField(max_length=9)
    cc = models.JSONField(default=list, help_text=_("pairs of an address and a name"))
    files = ArrayField(models.BigIntegerField(), default=list)
    actions = ArrayField(
        models.CharField(max_length=110),
        default=list,
        db_default=[],
        help_text=_("what is done to its ticket once it is said, as a canned reply names it"),
    )
    holding = models.BooleanField(default=False, db_default=False)
    external_id = models.CharField(max_length=200)
    seen_seq = models.IntegerField(
        null=True, help_text=_("the event up to which its author had read the ticket when they sent it")
    )
    sent_at = models.DateTimeField(help_text=_("when Send was pressed"))
    leaves_at = models.DateTimeField()
    refused_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=500, blank=True)

    objects = HeldReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("held reply")
        verbose_name_plural = _("held replies")
        constraints = [
            models.UniqueConstraint(name="held_reply_once", fields=["ticket", "external_id"]),
        ]
        indexes = [
            models.Index(name="held_reply_to_let_go", fields=["leaves_at"], condition=WAITS),
            models.Index(name="held_reply_by_author", fields=["author", "sent_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}#{self.pk}"

    @property
    def token(self) -> str:
        """The token under which a page sent it; a draft that has it was sent."""
        return self.external_id.removeprefix("page:")
