"""Mail as it came, handed in by whoever receives it, and what became of it."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from rest_framework.request import Request

from helpdesk.api import shapes
from helpdesk.api.contract.operation import Operation
from helpdesk.api.door import Door, answer
from helpdesk.api.request import request_body
from helpdesk.api.request.path_number import number_in
from helpdesk.mail import inbox
from helpdesk.models import RawMail, Scope
from helpdesk.models.mail.raw_mail import MailReason


class Mails(Door):
    """The mail of the key's store."""

    @Operation(
        name="handInMail",
        summary="Hand in a mail",
        description="The whole message as it came, with its headers (RFC 5322). It is kept before anybody reads"
        " it, and read within seconds. The same bytes again answer 200 with the same mail."
        " `message/rfc822` is as good a type.",
        scope=Scope.MAIL,
        is_raw=True,
        answers={202: shapes.MailShape, 200: shapes.MailShape},
    )
    def post(self, request: Request) -> HttpResponse:
        self.raw = request_body.raw_mail(self.plain)
        return self.transact(self._keep)

    def _keep(self, now: datetime) -> HttpResponse:
        mail, is_new = inbox.keep(self.raw, store=self.key.store, now=now)
        return answer(told(mail), status=202 if is_new else 200, location=f"/api/v1/mail/{mail.pk}")


class OneMail(Door):
    """What became of one mail."""

    @Operation(
        name="readMail",
        summary="Read what became of a mail",
        scope=Scope.MAIL,
        answers={200: shapes.MailShape},
    )
    def get(self, request: Request, mail: str) -> HttpResponse:
        mails = RawMail.objects.visible_to(self.key).select_related("message__ticket")
        return answer(told(get_object_or_404(mails, pk=number_in(mail))))


def told(mail: RawMail) -> shapes.MailShape:
    return shapes.MailShape(
        id=str(mail.pk),
        size=mail.size,
        received_at=mail.received_at,
        read_at=mail.read_at,
        outcome=mail.outcome or None,
        reason=mail.reason or None,
        why=str(MailReason(mail.reason).label) if mail.reason else "",
        ticket=mail.message.ticket.reference if mail.message else None,
    )
