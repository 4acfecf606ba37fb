"""Deliveries that are over are kept for a while, to look into, and then forgotten."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from helpdesk.models import Delivery, DeliveryAddress, DeliveryItem

AT_A_TIME = 5000


def forget(*, kept_for: timedelta, now: datetime) -> int:
    """Delete some of those that were opened so long ago and are over, with what they told; return how many.

    An address to which nothing else was sent goes with them: each reply that leaves by mail has one of its own.
    """
    over = Delivery.objects.filter(due_at=None, opened_at__lt=now - kept_for).order_by("opened_at")
    addresses = dict(over.values_list("pk", "address")[:AT_A_TIME])
    DeliveryItem.objects.filter(delivery__in=addresses).delete()
    Delivery.objects.filter(pk__in=addresses, due_at=None).delete()
    _forget_addresses(set(addresses.values()))
    return len(addresses)


def _forget_addresses(numbers: Collection[int]) -> None:
    """Delete those of the addresses to which nothing is sent any more, but for what was switched off or is in use."""
    with transaction.atomic():
        theirs = DeliveryAddress.objects.filter(pk__in=numbers, switched_off_at=None)
        unused = list(theirs.select_for_update(skip_locked=True).values_list("pk", flat=True))
        DeliveryAddress.objects.filter(pk__in=unused, deliveries=None).delete()
