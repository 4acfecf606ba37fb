"""News go to whom they concern: what was raised to those who can act, every change to the store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from helpdesk.outbox import items
from monitor.alerts import recipients
from monitor.models import FlagChange, News

ALERT_MAIL, FLAG_WEBHOOK = "alert_mail", "flag_webhook"
NEWS = "news"
"""The kind of thing that these channels tell."""
MAILED = (FlagChange.RAISED, FlagChange.REOPENED)
"""What asks for somebody by mail; of all else the store alone is told."""


def make_out(*, now: datetime, limit: int) -> int:
    """Put news that nobody has put yet into the outbox, at most `limit`; return how many."""
    with transaction.atomic():
        news = list(
            News.objects.undispatched()
            .select_related("flag__ticket", "flag__store", "flag__clock")
            .select_for_update(of=("self",), skip_locked=True)
            .order_by("pk")[:limit]
        )
        for (channel, key), numbers in sorted(_by_address(news).items()):
            items.put(channel_name=channel, key=key, kind=NEWS, numbers=numbers, now=now)
        News.objects.filter(pk__in=[each.pk for each in news]).update(dispatched_at=now)
    return len(news)


def _by_address(news: Iterable[News]) -> dict[tuple[str, int], list[int]]:
    """Sort news by whom they are for; what is over already, or may not leave, is mailed to nobody."""
    addressed: dict[tuple[str, int], list[int]] = defaultdict(list)
    for each in news:
        if _is_mailed(each):
            addressed[ALERT_MAIL, each.flag.ticket.queue_id].append(each.pk)
        if each.flag.store.webhook_url:
            addressed[FLAG_WEBHOOK, each.flag.store_id].append(each.pk)
    return addressed


def _is_mailed(news: News) -> bool:
    asks = news.change in MAILED and news.flag.is_open
    return asks and recipients.may_be_told(news.flag.store.environment)
