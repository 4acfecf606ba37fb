"""Letting news out: a mail to a queue, a webhook to a store, because a row says so.

Deliveries to one address come at most once a minute, each with the news since the one before. An attempt
is counted, and the next one planned, before it is made: one that kills its worker is given up in the end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from monitor.alerts import alert_mail, flag_webhook
from monitor.models import Channel, Delivery, News

logger = structlog.get_logger(__name__)

PACE = timedelta(minutes=1)
BACK_OFF = tuple(timedelta(seconds=each) for each in (5, 30, 120, 600, 1800, 7200, 21600))
"""How long to wait after each failed attempt; after one more it is given up."""
SENDERS = {Channel.MAIL: alert_mail.send, Channel.WEBHOOK: flag_webhook.send}


def make_out(*, now: datetime, limit: int) -> int:
    """Make out deliveries for news that have none; return for how many news."""
    with transaction.atomic():
        news = list(
            News.objects.undispatched()
            .select_related("flag__ticket", "flag__store")
            .select_for_update(of=("self",), skip_locked=True)
            .order_by("pk")[:limit]
        )
        by_queue: dict[int, list[int]] = defaultdict(list)
        by_store: dict[int, list[int]] = defaultdict(list)
        for each in news:
            by_queue[each.flag.ticket.queue_id].append(each.pk)
            if each.flag.store.webhook_url:
                by_store[each.flag.store_id].append(each.pk)
        for queue_id, numbers in sorted(by_queue.items()):
            News.objects.filter(pk__in=numbers).update(mail=_open(Channel.MAIL, now=now, queue_id=queue_id))
        for store_id, numbers in sorted(by_store.items()):
            News.objects.filter(pk__in=numbers).update(
                webhook=_open(Channel.WEBHOOK, now=now, store_id=store_id)
            )
        News.objects.filter(pk__in=[each.pk for each in news]).update(dispatched_at=now)
    return len(news)


def send_due(*, now: datetime, limit: int) -> int:
    """Attempt deliveries that are due, at most `limit`; return how many were attempted."""
    claimed = _claim(now=now, limit=limit)
    for delivery in claimed:
        _attempt(delivery, now=now)
    return len(claimed)


def retry(deliveries: Iterable[Delivery], *, now: datetime) -> int:
    """Let deliveries that were given up be attempted again; return how many."""
    numbers = [delivery.pk for delivery in deliveries]
    given_up = Delivery.objects.failed().filter(pk__in=numbers)
    return given_up.update(failed_at=None, attempts=0, next_attempt_at=now)


def _open(channel: Channel, *, now: datetime, **address: int) -> Delivery:
    """Return the delivery to this address that has not been attempted, or a new one, a minute after the last."""
    last = Delivery.objects.select_for_update().filter(channel=channel, **address).order_by("-pk").first()
    if last is not None and last.attempts == 0 and last.next_attempt_at is not None:
        return last
    due = max(now, last.created_at + PACE) if last is not None else now
    return Delivery.objects.create(channel=channel, created_at=due, next_attempt_at=due, **address)


def _claim(*, now: datetime, limit: int) -> list[Delivery]:
    """Take what is due for ourselves, with the attempt counted and the next one planned."""
    with transaction.atomic():
        due = Delivery.objects.due(now).select_for_update(skip_locked=True).order_by("next_attempt_at", "pk")
        claimed = list(due[:limit])
        for delivery in claimed:
            delivery.attempts += 1
            last = delivery.attempts > len(BACK_OFF)
            delivery.next_attempt_at = None if last else now + BACK_OFF[delivery.attempts - 1]
            delivery.failed_at = now if last else None
        Delivery.objects.bulk_update(claimed, ["attempts", "next_attempt_at", "failed_at"])
    return claimed


def _attempt(delivery: Delivery, *, now: datetime) -> None:
    try:
        SENDERS[Channel(delivery.channel)](delivery, now=now)
    except Exception as error:  # noqa: BLE001  # whatever it is, the other deliveries go on
        logger.warning("delivery_failed", delivery=delivery.pk, attempt=delivery.attempts, error=str(error))
        Delivery.objects.filter(pk=delivery.pk).update(last_error=f"{type(error).__name__}: {error}"[:500])
        return
    Delivery.objects.filter(pk=delivery.pk).update(
        sent_at=now, next_attempt_at=None, failed_at=None, last_error=""
    )
