"""One attempt: what the channel makes of a claim. Nothing is written down here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from helpdesk.models import DeliveryItem
from helpdesk.outbox import channel, limits
from helpdesk.outbox.channel import AttemptFailed, MessageRefused, Needless, Parcel, Sent
from helpdesk.outbox.claims import Claim


@dataclass(frozen=True, slots=True)
class Rerouted:
    """The address has another way out than was known; nothing was attempted."""

    way_out: str


@dataclass(frozen=True, slots=True)
class Hopeless:
    """It is not worth another attempt."""

    why: str


Outcome: TypeAlias = Sent | Needless | AttemptFailed | Rerouted | Hopeless


def attempt(claim: Claim, *, now: datetime) -> Outcome:
    """Send it, unless there is another way to go, or no hope; whatever goes wrong is an outcome."""
    if claim.gives_up_at <= now:
        return Hopeless("too old")
    if claim.attempts > limits.MOST_ATTEMPTS:
        return Hopeless("no attempt came to an end")
    try:
        return _attempt(claim, now=now)
    except AttemptFailed as failure:
        return failure
    except Exception as error:  # noqa: BLE001  # whatever it is, the other deliveries go on
        return MessageRefused(f"{type(error).__name__}: {error}")


def _attempt(claim: Claim, *, now: datetime) -> Outcome:
    by = channel.named(claim.channel)
    way_out = by.way_out(claim.key)
    if way_out is None:
        return Hopeless("it leads nowhere any more")
    if way_out != claim.way_out:
        return Rerouted(way_out)
    return by.send(_parcel(claim), now=now)


def _parcel(claim: Claim) -> Parcel:
    items = DeliveryItem.objects.filter(delivery=claim.delivery_id).order_by("id")
    return Parcel(
        message_id=f"msg_{claim.delivery_id}",
        key=claim.key,
        items=tuple(items.values_list("kind", "number")),
        reached=frozenset(claim.reached),
    )
