"""The webhook of a store: what has changed about its flags."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from helpdesk.outbox import standard_webhook
from monitor.models import Delivery, News


def send(delivery: Delivery, *, now: datetime) -> None:
    """Post the delivery's news to its store, with the flags as they stand now.

    The id stays the same over all attempts, so that a receiver can tell a repeat. Raises `AttemptFailed`.
    A store without an address is sent nothing.
    """
    store = delivery.store
    if store is None or not store.webhook_url:
        return
    body = msgspec.json.encode({"type": "flags.changed", "timestamp": now, "data": _data(delivery)})
    message_id, secret = f"msg_{delivery.pk}", store.webhook_secret
    standard_webhook.send(store.webhook_url, message_id=message_id, body=body, secret=secret, now=now)


def _data(delivery: Delivery) -> list[dict[str, Any]]:
    news = delivery.posted_news.select_related("flag__ticket", "flag__acknowledged_by").order_by("id")
    return [_told(each) for each in news]


def _told(news: News) -> dict[str, Any]:
    flag = news.flag
    return {
        "change": news.change,
        "at": news.at,
        "flag": {
            "id": str(flag.pk),
            "ticket": flag.ticket.reference,
            "external_id": flag.ticket.external_id,
            "metric": flag.metric,
            "level": flag.level,
            "raised_at": flag.raised_at,
            "noticed_at": flag.noticed_at,
            "withdrawn_at": flag.withdrawn_at,
            "acknowledged_at": flag.acknowledged_at,
            "acknowledged_by": flag.acknowledged_by.email if flag.acknowledged_by else None,
        },
    }
