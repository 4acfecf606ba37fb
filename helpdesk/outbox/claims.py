"""Taking a delivery for oneself: one of an address at a time, and no more by one way out than its share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from helpdesk.database.statement import run, run_together
from helpdesk.outbox import limits
from helpdesk.outbox.copied_database import IS_HELD


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that is ours until the lease ends; this attempt is counted already.

    `opened` says that it still collected until now, `probes` that its way out is down.
    """

    delivery_id: int
    address_id: int
    channel: str
    key: int
    way_out_id: int | None
    way_out: str | None
    probes: bool
    opened: bool
    attempts: int
    gives_up_at: datetime
    reached: list[str]
    leased_until: datetime


def claim(*, now: datetime) -> Claim | None:
    """Take the delivery that has been due the longest and may go; count its attempt. None if there is none.

    Those whose way out is up come first. A worker that dies leaves the delivery to whoever comes after the lease.
    """
    parameters = {
        "now": now,
        "until": now + limits.LEASE,
        "share": limits.WAY_OUT_SHARE,
        "probes": limits.PROBE_SHARE,
    }
    with transaction.atomic():
        _, claimed = run_together((_ONE_AT_A_TIME, ()), (_CLAIM, parameters))
    return Claim(*claimed[0]) if claimed else None


def give_up_old(*, now: datetime) -> int:
    """Give up what has waited for too long, however it is with its way out; return how many."""
    return len(run(_GIVE_UP_OLD, {"now": now}))


_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('helpdesk_delivery'))"
"""In its own statement: the next one sees what the claim before it has written, and the shares are exact."""

_CLAIM = f"""
    WITH under_way AS (
        SELECT address.way_out_id, way.down_since IS NOT NULL AS probes
          FROM helpdesk_deliveryaddress address
          JOIN helpdesk_wayout way ON way.id = address.way_out_id
         WHERE address.leased_until > %(now)s
    ), chosen AS (
        SELECT delivery.id, delivery.sealed_at IS NULL AS opened, address.id AS address_id, address.channel,
               address.key, way.id AS way_out_id, way.name AS way_out, way.down_since IS NOT NULL AS probes
          FROM helpdesk_delivery delivery
          JOIN helpdesk_deliveryaddress address ON address.id = delivery.address_id
     LEFT JOIN helpdesk_wayout way ON way.id = address.way_out_id
         WHERE delivery.due_at <= %(now)s AND NOT {IS_HELD}
           AND (address.leased_until IS NULL OR address.leased_until <= %(now)s)
           AND (SELECT count(*) FROM under_way WHERE under_way.way_out_id = way.id) < %(share)s
           AND (way.down_since IS NULL
                OR way.probe_at <= %(now)s
                   AND (SELECT count(*) FROM under_way WHERE under_way.probes) < %(probes)s)
      ORDER BY way.down_since IS NOT NULL, delivery.due_at, delivery.id
         LIMIT 1
    ), leased AS (
        UPDATE helpdesk_deliveryaddress address SET leased_until = %(until)s
          FROM chosen WHERE address.id = chosen.address_id
    ), probed AS (
        UPDATE helpdesk_wayout way SET probe_at = %(until)s
          FROM chosen WHERE way.id = chosen.way_out_id AND chosen.probes
    )
    UPDATE helpdesk_delivery delivery
       SET attempts = delivery.attempts + 1, sealed_at = coalesce(delivery.sealed_at, %(now)s)
      FROM chosen WHERE delivery.id = chosen.id AND delivery.due_at IS NOT NULL
 RETURNING delivery.id, chosen.address_id, chosen.channel, chosen.key, chosen.way_out_id, chosen.way_out,
           chosen.probes, chosen.opened, delivery.attempts, delivery.gives_up_at, delivery.reached,
           %(until)s::timestamptz
"""  # noqa: S608  # the condition is ours

_GIVE_UP_OLD = """
    UPDATE helpdesk_delivery delivery SET given_up_at = %(now)s, due_at = NULL
      FROM helpdesk_deliveryaddress address
     WHERE address.id = delivery.address_id
       AND delivery.due_at IS NOT NULL AND delivery.gives_up_at <= %(now)s
       AND (address.leased_until IS NULL OR address.leased_until <= %(now)s)
 RETURNING delivery.id
"""
