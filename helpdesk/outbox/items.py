"""What is to be told joins the delivery that still collects for its address, or opens one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from helpdesk.database.transaction import require_transaction
from helpdesk.models import Delivery, DeliveryAddress, DeliveryItem
from helpdesk.outbox import channel, limits

SWITCHED_OFF = "the address was switched off"


def put(*, channel_name: str, key: int, kind: str, numbers: Iterable[int], now: datetime) -> None:
    """Have these things told at an address, at the latest its channel's pace from now.

    An address that was switched off is told nothing, until it leads elsewhere: what there is to tell is kept as
    given up, to be sent again by hand. Needs a transaction; raises KeyError for an unknown channel.
    """
    require_transaction()
    address = _locked(channel_name, key)
    _switch_on_if_elsewhere(address)
    delivery = _joined(address, now=now)
    given = [DeliveryItem(delivery=delivery, kind=kind, number=number) for number in numbers]
    DeliveryItem.objects.bulk_create(given, ignore_conflicts=True)
    Delivery.objects.filter(pk=delivery.pk).update(gives_up_at=now + limits.OLDEST)
    _seal_if_full(delivery, now=now)


def put_apart(*, channel_name: str, key: int, kind: str, numbers: Iterable[int], now: datetime) -> None:
    """Have each of these things told at an address by a message of its own, in their order.

    What is for an address that was switched off is kept as given up, as `put` does. Needs a transaction; raises
    KeyError for an unknown channel.
    """
    require_transaction()
    address, listed = _locked(channel_name, key), list(numbers)
    _switch_on_if_elsewhere(address)
    over = {} if address.switched_off_at is None else {"given_up_at": now, "last_error": SWITCHED_OFF}
    one_by_one = {"address": address, "opened_at": now, "sealed_at": now, "gives_up_at": now + limits.OLDEST}
    each = one_by_one | (over or {"due_at": now})
    deliveries = Delivery.objects.bulk_create(Delivery(**each) for _ in listed)
    DeliveryItem.objects.bulk_create(
        DeliveryItem(delivery=delivery, kind=kind, number=number)
        for delivery, number in zip(deliveries, listed, strict=True)
    )


def lock_addresses(channel_name: str, keys: Iterable[int]) -> None:
    """Lock several addresses of a channel, in the order in which everybody does."""
    for key in sorted(keys):
        _locked(channel_name, key)


def _locked(channel_name: str, key: int) -> DeliveryAddress:
    which = {"channel": channel_name, "key": key}
    locked = DeliveryAddress.objects.select_for_update(no_key=True)
    if found := locked.filter(**which).first():
        return found
    DeliveryAddress.objects.bulk_create([DeliveryAddress(**which)], ignore_conflicts=True)
    return locked.get(**which)


def _switch_on_if_elsewhere(address: DeliveryAddress) -> None:
    """Forget that an address was switched off, if it leads elsewhere by now."""
    if address.switched_off_at is not None and _leads_elsewhere(address):
        address.switched_off_at = None
        address.save(update_fields=["switched_off_at"])


def _leads_elsewhere(address: DeliveryAddress) -> bool:
    """Whether there is another way out than the one that told us to stop."""
    way_out = channel.named(address.channel).way_out(address.key)
    return way_out is not None and (address.way_out is None or address.way_out.name != way_out)


def _joined(address: DeliveryAddress, *, now: datetime) -> Delivery:
    if address.switched_off_at is not None:
        return _kept_back(address, now=now)
    return Delivery.objects.collecting().filter(address=address).first() or _open(address, now=now)


def _kept_back(address: DeliveryAddress, *, now: datetime) -> Delivery:
    """Return what was given up since the address was switched off and has room, or give up another."""
    since = Delivery.objects.given_up().filter(address=address, opened_at__gt=address.switched_off_at)
    kept = since.order_by("-pk").first()
    if kept is not None and kept.items.count() < limits.MOST_ITEMS:
        return kept
    return Delivery.objects.create(
        address=address,
        opened_at=now,
        sealed_at=now,
        given_up_at=now,
        gives_up_at=now + limits.OLDEST,
        last_error=SWITCHED_OFF,
    )


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
