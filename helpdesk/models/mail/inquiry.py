"""Questions that went to somebody outside: whom, when, what was enclosed, and when they answered."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, When
from django.utils.translation import gettext_lazy as _

from helpdesk.models.mail.message_party import MessageParty, PartyRole

WAITING = Q(answered_at=None)


class InquiryQuerySet(models.QuerySet["Inquiry"]):
    def waiting(self) -> Self:
        """Keep those that nobody has answered."""
        return self.filter(WAITING)


class Inquiry(models.Model):
    """A letter by which somebody outside was asked something for a ticket; their answer is a third party's note.

    The messages and files that were chosen go along with the letter, and nothing else of the ticket.
    """

    letter = models.OneToOneField(
        "helpdesk.Message", on_delete=models.CASCADE, primary_key=True, related_name="inquiry"
    )
    ticket = models.ForeignKey(
        "helpdesk.Ticket", on_delete=models.CASCADE, related_name="inquiries", db_index=False
    )
    name = models.CharField(_("name"), max_length=254, help_text=_("or the address of who has none"))
    address_key = models.CharField(max_length=640, help_text=_("the e-mail in lower case"))
    asked_at = models.DateTimeField(_("asked at"))
    answered_at = models.DateTimeField(_("answered at"), null=True)
    enclosed = models.ManyToManyField("helpdesk.Message", related_name="enclosed_in")
    enclosed_files = models.ManyToManyField("helpdesk.Attachment", related_name="enclosed_in")

    objects = InquiryQuerySet.as_manager()

    class Meta:
        verbose_name = _("inquiry")
        verbose_name_plural = _("inquiries")
        constraints = [
            models.CheckConstraint(
                name="inquiry_answered_after_it_was_asked",
                condition=Q(answered_at=None) | Q(answered_at__gte=models.F("asked_at")),
            ),
        ]
        indexes = [
            models.Index(name="inquiry_waiting", fields=["ticket", "asked_at"], condition=WAITING),
        ]

    def __str__(self) -> str:
        return self.name


def asked_outside(ticket: str) -> dict[str, Subquery]:
    """Return annotations that say of each row whom its ticket waits for outside, since when, and whether in vain.

    `ticket` is the row's column with the ticket's number. Of several it is whoever was asked first.
    """
    first = Inquiry.objects.waiting().filter(ticket=OuterRef(ticket)).order_by("asked_at")
    return {
        "asked_whom": Subquery(first.values("name")[:1]),
        "asked_since": Subquery(first.values("asked_at")[:1]),
        "asked_in_vain": Subquery(
            first.annotate(in_vain=Case(When(_not_reached(), then=True), default=False)).values("in_vain")[:1]
        ),
    }


def _not_reached() -> Q:
    """Return that whoever was asked never got the letter: no server took it, or it came back."""
    failed = MessageParty.objects.filter(role=PartyRole.TO, failed_at__isnull=False)
    return Q(letter__mailed__refused_at__isnull=False) | Q(Exists(failed.filter(message=OuterRef("letter"))))
