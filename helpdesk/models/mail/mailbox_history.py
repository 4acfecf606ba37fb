"""How far the past of a mailbox has been read that somebody asked for."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.models.job import Job


class MailboxHistoryQuerySet(models.QuerySet["MailboxHistory"]):
    def to_be_fetched(self) -> Self:
        """Keep those of which not everything is here, and that nobody has called off."""
        return self.filter(fetched_at=None, job__in=Job.objects.unfinished())


class MailboxHistory(models.Model):
    """The mails that came to a mailbox from `since` on, before it was read: all that lay there at `until`.

    They are fetched in the order in which their server received them; up to `reached_at` they are here. `found` and
    `fetched` count all, those too that were here already.
    """

    job = models.OneToOneField(
        "helpdesk.Job", on_delete=models.CASCADE, primary_key=True, related_name="mailbox_history"
    )
    mailbox = models.ForeignKey("helpdesk.Mailbox", on_delete=models.CASCADE, related_name="histories")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, help_text=_("when it was first looked at"))
    reached_at = models.DateTimeField(null=True)
    found = models.PositiveIntegerField(null=True)
    fetched = models.PositiveIntegerField(default=0)
    fetched_at = models.DateTimeField(null=True, help_text=_("when all was here"))

    objects = MailboxHistoryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="mailbox_history_is_found_once_looked_at",
                condition=Q(until=None, found=None) | Q(until__isnull=False, found__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mailbox_id} from {self.since}"
