"""Facts go into the outbox one by one: each is a message of its own, told in their order while all goes well."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from helpdesk.models import WebhookFact
from helpdesk.outbox import items

CONVERSATION_WEBHOOK = "conversation_webhook"
"""The channel; its key is the subscription's number."""
FACT = "fact"


def make_out(*, now: datetime, limit: int) -> int:
    """Put facts that nobody has put yet into the outbox, at most `limit`; return how many."""
    with transaction.atomic():
        untold = WebhookFact.objects.undispatched().select_for_update(skip_locked=True).order_by("pk")[:limit]
        facts = dict(untold.values_list("pk", "subscription"))
        for subscription in sorted(set(facts.values())):
            theirs = [number for number, whose in facts.items() if whose == subscription]
            items.put_apart(
                channel_name=CONVERSATION_WEBHOOK, key=subscription, kind=FACT, numbers=theirs, now=now
            )
        WebhookFact.objects.filter(pk__in=facts).update(dispatched_at=now)
    return len(facts)


def forget(*, kept_for: timedelta, now: datetime, limit: int = 5000) -> int:
    """Delete facts so old, but the last of each ticket, from which its sequence goes on; return how many."""
    later = WebhookFact.objects.filter(
        ticket=OuterRef("ticket"), subscription=OuterRef("subscription"), sequence__gt=OuterRef("sequence")
    )
    old = WebhookFact.objects.filter(
        Exists(later), recorded_at__lt=now - kept_for, dispatched_at__isnull=False
    )
    numbers = list(old.order_by("recorded_at").values_list("pk", flat=True)[:limit])
    WebhookFact.objects.filter(pk__in=numbers).delete()
    return len(numbers)
