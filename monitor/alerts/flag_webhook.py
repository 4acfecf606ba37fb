"""The webhook of a store: what has changed about its flags."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from django.utils.translation import gettext as _
from msgspec import Meta, Struct

from helpdesk.input.instant_text import Instant
from helpdesk.input.named_type import one_of
from helpdesk.models import Environment, Store
from helpdesk.outbox import public_http, standard_webhook
from helpdesk.outbox.channel import Channel, Needless, Parcel, Sent, named_each
from monitor.alerts.news_delivery import NEWS
from monitor.clock.metrics import PROMISED
from monitor.models import Level, News
from monitor.models.news import FlagChange

TYPE = "flags.changed"


class FlagTold(Struct, kw_only=True):
    """A flag as it stands when the message leaves."""

    id: str
    ticket: Annotated[str, Meta(description="Its reference.", examples=["T-QAAAQVX"])]
    external_id: Annotated[str | None, Meta(description="Your own id of the ticket.")]
    metric: Annotated[str, one_of("Metric", [metric.value for metric in PROMISED])]
    level: Annotated[str, one_of("FlagLevel", Level.values)]
    raised_at: Instant
    noticed_at: Instant
    ingest_lag: Annotated[float, Meta(description="Seconds by which we heard of it too late.")]
    uncounted_since: Annotated[
        Instant | None,
        Meta(
            description="Since when something on the ticket was waiting to be counted as this was raised; null: "
            "all was counted."
        ),
    ]
    withdrawn_at: Instant | None
    acknowledged_at: Instant | None
    acknowledged_by: Annotated[str | None, Meta(description="An agent's e-mail.")]


class FlagNews(Struct, kw_only=True):
    """One change of a flag."""

    change: Annotated[str, one_of("FlagChange", FlagChange.values)]
    at: Instant
    flag: FlagTold


class FlagsChanged(Struct, kw_only=True):
    """What has changed about a store's flags since the message before."""

    type: Annotated[str, one_of("WebhookType", [TYPE])]
    timestamp: Instant
    environment: Annotated[str, one_of("Environment", Environment.values)]
    data: list[FlagNews]


def way_out(key: int) -> str | None:
    """Return the host of the store's webhook address; None where it has none, or it is no web address."""
    url = Store.objects.filter(pk=key).values_list("webhook_url", flat=True).first()
    try:
        return public_http.host_of(url) if url else None
    except public_http.NotPublic:
        return None


def send(parcel: Parcel, *, now: datetime) -> Sent | Needless:
    """Post news to their store, with the flags as they stand now; raises `AttemptFailed`."""
    store = Store.objects.get(pk=parcel.key)
    told = _data(parcel.numbers(NEWS))
    if not told:
        return Needless()
    said = FlagsChanged(type=TYPE, timestamp=now, environment=store.environment, data=told)
    body = msgspec.json.encode(said)
    url, secret = store.webhook_url, store.webhook_secret
    standard_webhook.send(url, message_id=parcel.message_id, body=body, secret=secret, now=now)
    return Sent((f"store {store.pk}",))


def whom(keys: Collection[int]) -> dict[int, str]:
    return named_each(_("Webhook of the store %s"), Store.objects.in_bulk(keys), keys)


CHANNEL = Channel(pace=timedelta(), way_out=way_out, send=send, whom=whom)


def _data(numbers: Sequence[int]) -> list[FlagNews]:
    news = News.objects.filter(pk__in=numbers).select_related("flag__ticket", "flag__acknowledged_by")
    return [_told(each) for each in news.order_by("id")]


def _told(news: News) -> FlagNews:
    flag = news.flag
    return FlagNews(
        change=news.change,
        at=news.at,
        flag=FlagTold(
            id=str(flag.pk),
            ticket=flag.ticket.reference,
            external_id=flag.ticket.external_id,
            metric=flag.metric,
            level=flag.level,
            raised_at=flag.raised_at,
            noticed_at=flag.noticed_at,
            ingest_lag=flag.ingest_lag.total_seconds(),
            uncounted_since=flag.uncounted_since,
            withdrawn_at=flag.withdrawn_at,
            acknowledged_at=flag.acknowledged_at,
            acknowledged_by=flag.acknowledged_by.address if flag.acknowledged_by else None,
        ),
    )
