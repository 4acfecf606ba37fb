"""Mail as it came is kept for a while: what became of it stays on its ticket."""

from __future__ import annotations

from datetime import datetime, timedelta

from helpdesk.database.deletion import delete_whole
from helpdesk.models import LIVE_STATUSES, MessageParty, RawMail


def forget(*, kept_for: timedelta, now: datetime) -> int:
    """Delete what came longer ago, set aside or not, and return how many; what is unread waits, however long."""
    old = RawMail.objects.read().filter(received_at__lt=now - kept_for)
    found = old.count()
    delete_whole(old)
    return found


def forget_parties(*, kept_for: timedelta, now: datetime) -> int:
    """Delete who wrote mails longer ago and to whom, and return how many; on a live ticket they are answered yet."""
    over = MessageParty.objects.filter(message__received_at__lt=now - kept_for)
    gone, _ = over.exclude(message__ticket__status__in=LIVE_STATUSES).delete()
    return gone
