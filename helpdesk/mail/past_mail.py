"""Mail as it came is kept for a while: what became of it stays on its ticket."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from helpdesk.database.deletion import delete_whole
from helpdesk.models import LIVE_STATUSES, MessageParty, RawMail
from helpdesk.models.mail.raw_mail import RawMailQuerySet

BLOCKED_KEPT_FOR: Final = timedelta(days=30)
"""What was stopped is no mail that anybody asked for: long enough to find a mistake."""

AT_A_TIME: Final = 5000
"""A statement that takes too long is broken off: what has piled up goes in pieces."""


def forget(*, kept_for: timedelta, now: datetime) -> int:
    """Delete some of what came longer ago, set aside or not, and return how many; what is unread waits, however long.

    What a block has stopped is kept for 30 days at most.
    """
    stopped = RawMail.objects.blocked().filter(received_at__lt=now - BLOCKED_KEPT_FOR)
    return _delete(RawMail.objects.read().filter(received_at__lt=now - kept_for)) + _delete(stopped)


def _delete(mails: RawMailQuerySet) -> int:
    numbers = list(mails.order_by("received_at").values_list("pk", flat=True)[:AT_A_TIME])
    delete_whole(RawMail.objects.filter(pk__in=numbers))
    return len(numbers)


def forget_parties(*, kept_for: timedelta, now: datetime) -> int:
    """Delete some of who wrote mails longer ago and to whom, and return how many; on a live ticket they are kept.

    They are numbered as they came: nothing is looked at from the first on that is younger.
    """
    over = MessageParty.objects.filter(message__received_at__lt=now - kept_for)
    younger = MessageParty.objects.filter(
        message__received_at__gte=now - kept_for, message__received_at__lte=now
    )
    if (first := younger.order_by("pk").values_list("pk", flat=True).first()) is not None:
        over = over.filter(pk__lt=first)
    ended = over.exclude(message__ticket__status__in=LIVE_STATUSES)
    numbers = list(ended.order_by("pk").values_list("pk", flat=True)[:AT_A_TIME])
    return MessageParty.objects.filter(pk__in=numbers).delete()[0]
