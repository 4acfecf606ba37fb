"""What a clock that was once fast has left in the future: nothing waits longer from now than it may."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from helpdesk.database.statement import run_together
from helpdesk.outbox import channel, limits


def pull_back(*, now: datetime) -> None:
    """Let no address, way out or delivery wait for longer than anything could make it wait from now on.

    Others may have read the clock a little later than we did: what is ahead by less than a lease is theirs.
    """
    bounds = _bounds(now)
    run_together((_LEASES, bounds), (_PROBES, bounds), (_COLLECTING, bounds), (_SEALED, bounds))


def _bounds(now: datetime) -> dict[str, object]:
    return {
        "now": now,
        "ahead": now + limits.LEASE,
        "leased": now + 2 * limits.LEASE,
        "wish": now + limits.LONGEST_WISH,
        "channels": list(settings.OUTBOX_CHANNELS),
        "paces": [channel.named(each).pace.total_seconds() for each in settings.OUTBOX_CHANNELS],
    }


_LEASES = """
    UPDATE helpdesk_deliveryaddress SET leased_until = %(ahead)s
     WHERE leased_until > %(leased)s RETURNING id
"""

_PROBES = """
    UPDATE helpdesk_wayout SET down_since = least(down_since, %(now)s), probe_at = %(now)s
     WHERE down_since > %(ahead)s OR probe_at > %(wish)s RETURNING id
"""

# What still collects waits for its channel's pace at most, counted from when it was opened.
_COLLECTING = """
    UPDATE helpdesk_delivery delivery SET due_at = %(now)s + make_interval(secs => pace.seconds)
      FROM helpdesk_deliveryaddress address
      JOIN unnest(%(channels)s::text[], %(paces)s::float8[]) pace (channel, seconds) USING (channel)
     WHERE address.id = delivery.address_id AND delivery.sealed_at IS NULL
       AND delivery.due_at > %(ahead)s + make_interval(secs => pace.seconds)
 RETURNING delivery.id
"""

# What was attempted at a time that is still to come was put off from then.
_SEALED = """
    UPDATE helpdesk_delivery SET due_at = %(now)s
     WHERE due_at > %(now)s AND (sealed_at > %(ahead)s OR due_at > %(wish)s) RETURNING id
"""
