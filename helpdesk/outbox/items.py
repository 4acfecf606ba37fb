"""What is to be told joins the delivery that still collects for its address, or opens one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from helpdesk.database.transaction import require_transaction
from helpdesk.models import Delivery, DeliveryAddress, DeliveryItem
from helpdesk.outbox import channel, limits


def put(*, channel_name: str, key: int, kind: str, numbers: Iterable[int], now: datetime) -> None:
    """Have these things told at an address, at the latest its channel's pace from now.

    An address that was switched off is told nothing. Needs a transaction; raises KeyError for an unknown channel.
    """
    require_transaction()
    address = _locked(channel_name, key)
    if address.switched_off_at is None:
        delivery = _collecting(address) or _open(address, now=now)
        given = [DeliveryItem(delivery=delivery, kind=kind, number=number) for number in numbers]
        DeliveryItem.objects.bulk_create(given, ignore_conflicts=True)
        Delivery.objects.filter(pk=delivery.pk).update(gives_up_at=now + limits.OLDEST)
        _seal_if_full(delivery, now=now)


def _locked(channel_name: str, key: int) -> DeliveryAddress:
    which = {"channel": channel_name, "key": key}
    locked = DeliveryAddress.objects.select_for_update(no_key=True)
    if found := locked.filter(**which).first():
        return found
    DeliveryAddress.objects.bulk_create([DeliveryAddress(**which)], ignore_conflicts=True)
    return locked.get(**which)


def _collecting(address: DeliveryAddress) -> Delivery | None:
    return Delivery.objects.collecting().filter(address=address).first()


def _open(address: DeliveryAddress, *, now: datetime) -> Delivery:
    """Open a delivery that is due when the pace allows it, counted from when something last left."""
    pace = channel.named(address.channel).pace
    due = now if address.left_at is None else min(max(now, address.left_at + pace), now + pace)
    return Delivery.objects.create(
        address=address, opened_at=now, due_at=due, gives_up_at=now + limits.OLDEST
    )


def _seal_if_full(delivery: Delivery, *, now: datetime) -> None:
    if delivery.items.count() >= limits.MOST_ITEMS:
        Delivery.objects.filter(pk=delivery.pk).update(sealed_at=now)
