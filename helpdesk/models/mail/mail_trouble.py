"""What is wrong with the mail of a mailbox, from when it is worth a word until it is over."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class TroubleKind(models.TextChoices):
    UNREAD = "unread", _("mail does not come in")
    LEAVING = "leaving", _("answers do not leave")


GOES_ON = Q(over_at=None)


class MailTroubleQuerySet(models.QuerySet["MailTrouble"]):
    def going_on(self) -> Self:
        return self.filter(GOES_ON)


class MailTrouble(models.Model):
    """A mailbox that cannot be read, or by which answers do not leave; `tell_at` is when admins hear of it next."""

    mailbox = models.ForeignKey("helpdesk.Mailbox", on_delete=models.CASCADE, related_name="troubles")
    kind = models.CharField(max_length=7, choices=TroubleKind.choices)
    since = models.DateTimeField(_("since"))
    over_at = models.DateTimeField(_("over at"), null=True)
    tell_at = models.DateTimeField(null=True)

    objects = MailTroubleQuerySet.as_manager()

    class Meta:
        verbose_name = _("trouble with mail")
        verbose_name_plural = _("troubles with mail")
        constraints = [
            models.UniqueConstraint(
                name="mail_trouble_one_of_a_kind_at_a_time", fields=["mailbox", "kind"], condition=GOES_ON
            ),
        ]
        indexes = [
            models.Index(name="mail_trouble_to_tell", fields=["tell_at"], condition=Q(tell_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.mailbox}: {self.get_kind_display()}"
