"""The webhook of a store: what has changed about its flags."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from helpdesk.models import Store
from helpdesk.outbox import public_http, standard_webhook
from helpdesk.outbox.channel import Channel, Needless, Parcel, Sent
from monitor.alerts.news_delivery import NEWS
from monitor.models import News


def way_out(key: int) -> str | None:
    """Return the host of the store's webhook address; None where it has none."""
    url = Store.objects.filter(pk=key).values_list("webhook_url", flat=True).first()
    return public_http.host_of(url) if url else None


def send(parcel: Parcel, *, now: datetime) -> Sent | Needless:
    """Post news to their store, with the flags as they stand now; raises `AttemptFailed`."""
    store = Store.objects.get(pk=parcel.key)
    told = _data(parcel.numbers(NEWS))
    if not told:
        return Needless()
    said = {"type": "flags.changed", "timestamp": now, "environment": store.environment, "data": told}
    body = msgspec.json.encode(said)
    url, secret = store.webhook_url, store.webhook_secret
    standard_webhook.send(url, message_id=parcel.message_id, body=body, secret=secret, now=now)
    return Sent((f"store {store.pk}",))


CHANNEL = Channel(pace=timedelta(), way_out=way_out, send=send)


def _data(numbers: Sequence[int]) -> list[dict[str, Any]]:
    news = News.objects.filter(pk__in=numbers).select_related("flag__ticket", "flag__acknowledged_by")
    return [_told(each) for each in news.order_by("id")]


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
            "ingest_lag": flag.ingest_lag.total_seconds(),
            "withdrawn_at": flag.withdrawn_at,
            "acknowledged_at": flag.acknowledged_at,
            "acknowledged_by": flag.acknowledged_by.email if flag.acknowledged_by else None,
        },
    }
