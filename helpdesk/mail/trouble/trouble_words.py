"""Troubles with mail in the words of a mail to an admin, in whatever language is active, in the admin's own time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from babel.dates import format_datetime
from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from helpdesk.input.cldr_locale import cldr_locale
from helpdesk.input.visible_text import isolated, unturned
from helpdesk.mail.trouble.mail_delays import why_unread
from helpdesk.models import Mailbox, MailedReply, MailTrouble, TroubleKind

MOST_NAMED = 3


def trouble_subject(troubles: Sequence[MailTrouble]) -> str:
    """Name the mailboxes in trouble, or, where there are none any more, those that were."""
    going_on = [trouble for trouble in troubles if trouble.over_at is None]
    told = list(dict.fromkeys(unturned(each.mailbox.address) for each in going_on or troubles))
    addresses = ", ".join(told[:MOST_NAMED]) + (" …" if len(told) > MOST_NAMED else "")
    if going_on:
        return _("[Attend] Trouble with mail: %(addresses)s") % {"addresses": addresses}
    return _("[Attend] Mail is well again: %(addresses)s") % {"addresses": addresses}


def trouble_text(troubles: Sequence[MailTrouble], *, zone: tzinfo) -> str:
    """Say of each how it stands, and where to look."""
    paragraphs = [_paragraph(trouble, zone) for trouble in troubles]
    paragraphs.append(
        _("Mailboxes, and how reading them goes:") + f"\n{settings.PUBLIC_URL}{reverse('mailboxes')}"
    )
    if any(trouble.over_at is None for trouble in troubles):
        told = _("While it goes on, admins are told again every four hours, and once when it is over.")
        paragraphs.append(told)
    return "\n\n".join(paragraphs) + "\n"


def _paragraph(trouble: MailTrouble, zone: tzinfo) -> str:
    facts = {"address": isolated(trouble.mailbox.address), "since": _at(trouble.since, zone)}
    if trouble.over_at is not None:
        return _over(trouble) % {**facts, "over": _at(trouble.over_at, zone)}
    sentence, said = (_unread if trouble.kind == TroubleKind.UNREAD else _leaving)(trouble.mailbox)
    return sentence % facts + (f"\n{isolated(said)}" if said else "")


def _over(trouble: MailTrouble) -> str:
    if trouble.kind == TroubleKind.UNREAD:
        return _("Mail comes in again at %(address)s. It did not from %(since)s to %(over)s.")
    return _("Answers leave again by %(address)s. They did not from %(since)s to %(over)s.")


def _unread(mailbox: Mailbox) -> tuple[str, str]:
    return _("Mail does not come in at %(address)s: it has not been read since %(since)s."), why_unread(
        mailbox
    )


def _leaving(mailbox: Mailbox) -> tuple[str, str]:
    """Say how many answers wait to leave by it, and what was said of the oldest."""
    replies = MailedReply.objects.leaving().filter(mailbox=mailbox)
    number, oldest = replies.aggregate(n=Count("pk"))["n"], replies.order_by("leaving_since").first()
    sentence = ngettext(
        "%(n)d answer does not leave by %(address)s: it has been on its way since %(since)s.",
        "%(n)d answers do not leave by %(address)s: the oldest has been on its way since %(since)s.",
        number,
    )
    return sentence.replace("%(n)d", str(number)), oldest.said if oldest else ""


def _at(at: datetime, zone: tzinfo) -> str:
    return format_datetime(at, "long", tzinfo=zone, locale=cldr_locale(get_language()))
