"""Webhooks to stores, signed as Standard Webhooks has it (https://www.standardwebhooks.com, v1)."""

from __future__ import annotations

import base64
import hmac
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec

from helpdesk.outbox import public_http
from monitor.models import Delivery, News

PREFIX = "whsec_"


class WebhookRefused(Exception):
    """The store's server answered, but not with a 2xx."""


def send(delivery: Delivery, *, now: datetime) -> None:
    """Post the delivery's news to its store, with the flags as they stand now.

    The id stays the same over all attempts, so that a receiver can tell a repeat. Raises `WebhookRefused`,
    `NotPublic`, and what the network raises. A store without an address is sent nothing.
    """
    store = delivery.store
    if store is None or not store.webhook_url:
        return
    body = msgspec.json.encode({"type": "flags.changed", "timestamp": now, "data": _data(delivery)})
    headers = signed(f"msg_{delivery.pk}", now, body, secret=store.webhook_secret)
    status = public_http.post(store.webhook_url, body=body, headers=headers)
    if not 200 <= status < 300:
        raise WebhookRefused(f"HTTP {status}")


def signed(message_id: str, at: datetime, body: bytes, *, secret: str) -> dict[str, str]:
    """Return the headers of a message; the signature is over `id.timestamp.body`."""
    timestamp = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix(PREFIX))
    mac = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, sha256).digest()
    return {
        "Content-Type": "application/json",
        "User-Agent": "Attend",
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }


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
