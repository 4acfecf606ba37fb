"""Writing down what an attempt came to: for the delivery, for its address, for its way out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import structlog
from django.db import transaction
from django.db.models import F

from helpdesk.models import Delivery, DeliveryAddress, DeliveryItem
from helpdesk.models.delivery import DeliveryQuerySet
from helpdesk.outbox import items, limits, ways_out
from helpdesk.outbox.attempts import Hopeless, Outcome, Rerouted
from helpdesk.outbox.channel import (
    AddressGone,
    AttemptFailed,
    Misdirected,
    Needless,
    NobodyThere,
    Sent,
    WayOutDown,
    legible,
)
from helpdesk.outbox.claims import Claim

logger = structlog.get_logger(__name__)


def settle(claim: Claim, outcome: Outcome, *, now: datetime) -> None:
    """Write it down and let the address go. Whose lease is over can only say that it was sent after all."""
    with transaction.atomic():
        if isinstance(outcome, Misdirected):  # in the order in which whoever fills the outbox locks them
            items.lock_addresses(claim.channel, [claim.key, *outcome.elsewhere])
        ours = DeliveryAddress.objects.select_for_update(no_key=True).filter(
            pk=claim.address_id, leased_until=claim.leased_until
        )
        if not ours and not isinstance(outcome, Sent):
            logger.warning("delivery_lease_lost", delivery=claim.delivery_id)
            return
        _write(claim, outcome, now=now)
        _write_of_way_out(claim, outcome, now=now)
        ours.update(leased_until=None)


def send_again(deliveries: Iterable[Delivery], *, now: datetime) -> int:
    """Let deliveries that were given up be attempted anew, at once; return how many.

    An address that was switched off is switched on with them.
    """
    numbers = [delivery.pk for delivery in deliveries]
    given_up = Delivery.objects.given_up().filter(pk__in=numbers)
    with transaction.atomic():
        DeliveryAddress.objects.filter(deliveries__in=given_up).update(switched_off_at=None)
        return given_up.update(
            given_up_at=None, attempts=0, sealed_at=now, due_at=now, gives_up_at=now + limits.OLDEST
        )


def _write(claim: Claim, outcome: Outcome, *, now: datetime) -> None:
    match outcome:
        case Sent():
            _sent(claim, outcome, now=now)
        case Needless():
            _over(claim, now=now)
        case Rerouted():
            _rerouted(claim, outcome.way_out, now=now)
        case Hopeless():
            _give_up(claim, outcome.why, now=now)
        case WayOutDown(may_have_arrived=False):
            _not_counted(claim, outcome, now=now)
        case AddressGone():
            _switch_off(claim, str(outcome), now=now)
        case Misdirected():
            _forward(claim, outcome, now=now)
        case AttemptFailed():
            _counted(claim, outcome, now=now)


def _write_of_way_out(claim: Claim, outcome: Outcome, *, now: datetime) -> None:
    """Note what the outcome says about the way out: that it is down, nothing, or that somebody answered."""
    match outcome:
        case WayOutDown():
            ways_out.mark_down(claim, outcome, now=now)
        case Needless() | Rerouted() | Hopeless() | Misdirected() | NobodyThere():
            ways_out.release(claim, now=now)
        case _:
            ways_out.mark_up(claim)


def _sent(claim: Claim, sent: Sent, *, now: datetime) -> None:
    """Remember who has it; where somebody was missed, that was an attempt at the message."""
    if sent.reached:
        _reached(claim, sent.reached, now=now)
    if sent.missed:
        _counted(claim, AttemptFailed(sent.why, missed=sent.missed), now=now)
    else:
        remark = legible(sent.remark)[:500]
        _delivery(claim).update(sent_at=now, **_NO_MORE, missed=[], last_error=remark)


def _over(claim: Claim, *, now: datetime) -> None:
    """Say that nothing is left to be done: it was sent, where somebody has it; else it was needless."""
    how = "sent_at" if claim.reached else "needless_at"
    _delivery(claim).waiting().update(due_at=None, **{how: now})


def _reached(claim: Claim, recipients: Iterable[str], *, now: datetime) -> None:
    DeliveryAddress.objects.filter(pk=claim.address_id).update(left_at=now)
    _delivery(claim).update(reached=sorted({*claim.reached, *recipients}))


def _counted(claim: Claim, failure: AttemptFailed, *, now: datetime) -> None:
    why, missed = str(failure), [legible(each)[:300] for each in failure.missed]
    _delivery(claim).waiting().update(missed=missed)
    if claim.attempts >= limits.MOST_ATTEMPTS:
        _give_up(claim, why, now=now)
        return
    logger.warning("delivery_failed", delivery=claim.delivery_id, attempt=claim.attempts, error=why)
    due = now + limits.BACK_OFF[claim.attempts - 1]
    wish = min(failure.not_before or due, now + limits.LONGEST_WISH)
    _delivery(claim).waiting().update(due_at=max(due, wish), last_error=why[:500])


def _not_counted(claim: Claim, failure: WayOutDown, *, now: datetime) -> None:
    """Send it to the end of the line, so that the next probe is another; let it grow if nobody can have seen it."""
    waits = _delivery(claim).waiting()
    waits.update(due_at=now, attempts=F("attempts") - 1, last_error=str(failure)[:500])
    if failure.unsent and claim.opened:
        _open_again(claim, now=now)


def _rerouted(claim: Claim, way_out: str, *, now: datetime) -> None:
    DeliveryAddress.objects.filter(pk=claim.address_id).update(way_out=ways_out.of_name(way_out))
    _delivery(claim).waiting().update(attempts=F("attempts") - 1)
    if claim.opened:
        _open_again(claim, now=now)


def _forward(claim: Claim, found: Misdirected, *, now: datetime) -> None:
    """Have what concerns other addresses told there, and here no more; what is left goes at once."""
    for key, numbers in sorted(found.elsewhere.items()):
        items.put(channel_name=claim.channel, key=key, kind=found.kind, numbers=numbers, now=now)
        told = DeliveryItem.objects.filter(delivery=claim.delivery_id, kind=found.kind, number__in=numbers)
        told.delete()
    _delivery(claim).waiting().update(attempts=F("attempts") - 1)
    if not DeliveryItem.objects.filter(delivery=claim.delivery_id).exists():
        _over(claim, now=now)


def _open_again(claim: Claim, *, now: datetime) -> None:
    """Let further items join it; those that have come meanwhile do so now."""
    for later in Delivery.objects.collecting().filter(address=claim.address_id):
        joining = [
            DeliveryItem(delivery_id=claim.delivery_id, kind=kind, number=number)
            for kind, number in later.items.order_by("id").values_list("kind", "number")
        ]
        DeliveryItem.objects.bulk_create(joining, ignore_conflicts=True)
        later.delete()
        _delivery(claim).update(gives_up_at=later.gives_up_at)
    if DeliveryItem.objects.filter(delivery=claim.delivery_id).count() < limits.MOST_ITEMS:
        _delivery(claim).update(sealed_at=None)


def _switch_off(claim: Claim, why: str, *, now: datetime) -> None:
    logger.warning("delivery_address_switched_off", channel=claim.channel, key=claim.key, error=why)
    DeliveryAddress.objects.filter(pk=claim.address_id).update(switched_off_at=now)
    waiting = Delivery.objects.waiting().filter(address=claim.address_id)
    waiting.update(given_up_at=now, due_at=None, last_error=why[:500])


def _give_up(claim: Claim, why: str, *, now: datetime) -> None:
    logger.error("delivery_given_up", delivery=claim.delivery_id, attempts=claim.attempts, error=why)
    _delivery(claim).waiting().update(given_up_at=now, due_at=None, last_error=why[:500])


_NO_MORE: Final = {"due_at": None, "given_up_at": None, "needless_at": None}


def _delivery(claim: Claim) -> DeliveryQuerySet:
    return Delivery.objects.filter(pk=claim.delivery_id)
