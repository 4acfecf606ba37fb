"""Mail as it came is kept for a while: what became of it stays on its ticket."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from helpdesk.database.deletion import delete_whole
from helpdesk.models import LIVE_STATUSES, MessageParty, RawMail
from helpdesk.models.mail.raw_mail import RawMailQuerySet

BLOCKED_KEPT_FOR: Final = timedelta(days=30)
"""What was stopped is no mail that anybody asked for: long enough to find a mistake."""


def forget(*, kept_for: timedelta, now: datetime) -> int:
    """Delete what came longer ago, set aside or not, and return how many; what is unread waits, however long.

    What a block has stopped is kept for 30 days at most.
    """
    stopped = RawMail.objects.blocked().filter(received_at__lt=now - BLOCKED_KEPT_FOR)
    return _delete(RawMail.objects.read().filter(received_at__lt=now - kept_for)) + _delete(stopped)


def _delete(mails: RawMailQuerySet) -> int:
    found = mails.count()
    delete_whole(mails)
    return found


def forget_parties(*, kept_for: timedelta, now: datetime) -> int:
    """Delete who wrote mails longer ago and to whom, and return how many; on a live ticket they are answered yet.

    They are numbered as they came: nothing is looked at from the first on that is younger.
    """
    parties = MessageParty.objects.order_by("pk")
    younger = parties.filter(message__received_at__gte=now - kept_for, message__received_at__lte=now)
    over = MessageParty.objects.filter(message__received_at__lt=now - kept_for)
    if (first := younger.values_list("pk", flat=True).first()) is not None:
        over = over.filter(pk__lt=first)
    gone, _ = over.exclude(message__ticket__status__in=LIVE_STATUSES).delete()
    return gone
