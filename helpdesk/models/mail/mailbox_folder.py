"""How far a folder of a mailbox has been read."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class MailboxFolder(models.Model):
    """A folder on a mail server, and the last of its mails that we have kept.

    What is new is told by numbers alone: a UID means one mail of a folder for as long as its UIDVALIDITY stands
    (RFC 3501 §2.3.1.1). Whether somebody has seen a mail says nothing. Once the numbers began anew, mails
    that came since `reread_since` are looked at again. What the server did not give out is asked for again each time.
    """

    mailbox = models.ForeignKey("helpdesk.Mailbox", on_delete=models.CASCADE, related_name="places")
    account = models.CharField(
        max_length=600,
        default="",
        db_default="",
        help_text=_("on whose server and as whom it was read; elsewhere UIDs mean others"),
    )
    name = models.CharField(max_length=200)
    uid_validity = models.BigIntegerField()
    last_uid = models.BigIntegerField()
    reread_since = models.DateTimeField(null=True)
    refused = ArrayField(
        models.BigIntegerField(),
        default=list,
        db_default=[],
        help_text=_("UIDs of mails that the server did not give out"),
    )
    refusal = models.CharField(
        max_length=200, blank=True, db_default="", help_text=_("what it said when it did not do so last")
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="mailbox_folder_once", fields=["mailbox", "name"]),
            models.CheckConstraint(
                name="mailbox_folder_numbers_are_uids",
                condition=Q(uid_validity__gte=0, last_uid__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mailbox_id}/{self.name}"
