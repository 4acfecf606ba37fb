"""Deliveries that are over are kept for a while, to look into, and then forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from helpdesk.models import Delivery, DeliveryItem

AT_A_TIME = 5000


def forget(*, kept_for: timedelta, now: datetime) -> int:
    """Delete some of those that were opened so long ago and are over, with what they told; return how many."""
    over = Delivery.objects.filter(due_at=None, opened_at__lt=now - kept_for).order_by("opened_at")
    numbers = list(over.values_list("pk", flat=True)[:AT_A_TIME])
    DeliveryItem.objects.filter(delivery__in=numbers).delete()
    Delivery.objects.filter(pk__in=numbers, due_at=None).delete()
    return len(numbers)
