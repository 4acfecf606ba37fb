"""Flags: raised by one statement, and taken in hand by people."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from helpdesk.database.statement import ids, run
from helpdesk.models import Agent, Membership, Ticket
from helpdesk.refusal import OwnQuestion
from monitor.models import Flag, FlagChange, News

PATIENCE = timedelta(seconds=10)
"""For how long an event that is not counted yet keeps the alarms of its ticket back. One that was written down so
far ahead, by a clock that was set back since, keeps nothing back."""


def raise_due(*, now: datetime, limit: int, noticed_by: str, ticket_ids: Sequence[int] | None = None) -> int:
    """Raise a flag for every alarm that has come by `now`, of at most `limit` clocks; return how many.

    Claims, flags, news and the alarms moved on are one statement: nothing is raised twice or lost, however
    many raise at once. What rings no sooner than its due time is told as broken alone. A clock whose ticket
    has an event that no relay has applied yet is left alone for `PATIENCE`: an answer that is already written
    beats the sweep. After that it is flagged by what is known, and the flag says since when something waits
    uncounted. Cost depends on what is due, not on what is open.
    """
    some = "" if ticket_ids is None else "AND clock.ticket_id = ANY(%(tickets)s::bigint[])"
    parameters = {
        "now": now,
        "limit": limit,
        "by": noticed_by,
        "tickets": ids(ticket_ids or ()),
        "patient_until": now - PATIENCE,
        "impatient_from": now + PATIENCE,
    }
    [(raised,)] = run(_RAISE.replace("/* of some tickets */", some), parameters)
    return int(raised)


def acknowledge(*, flag: Flag, by: Agent, now: datetime) -> bool:
    """Say that a person has taken the alert in hand; touches no clock. False where somebody had already.

    Raises `OwnQuestion` where the agent is the customer who asks.
    """
    if Ticket.objects.asked_by(by).filter(pk=flag.ticket_id).exists():
        raise OwnQuestion
    taken = Flag.objects.filter(pk=flag.pk, acknowledged_at=None, withdrawn_at=None).update(
        acknowledged_at=now, acknowledged_by=by
    )
    if taken:
        News.objects.create(flag=flag, change=FlagChange.ACKNOWLEDGED, at=now)
    return bool(taken)


def put_back(agent: Agent, *, queue_ids: Collection[int] | None, now: datetime) -> int:
    """Open again what somebody who has left had in hand, in these queues or in all; return how many flags.

    They are told again to those who can act now.
    """
    in_hand = Flag.objects.standing().filter(acknowledged_by=agent, clock__ended_at=None)
    if queue_ids is not None:
        in_hand = in_hand.filter(ticket__queue__in=queue_ids)
    opened = _open_again(in_hand, now=now)
    if queue_ids is None:  # who leaves for good may be called otherwise from now on: written is stamped
        Flag.objects.filter(acknowledged_by=agent).update(acknowledged_by=agent)
    return opened


def put_back_by_strangers(*, ticket_ids: Sequence[int], now: datetime) -> int:
    """Open again what is in the hand of somebody without a place in the queue where its ticket is now."""
    in_hand = Flag.objects.standing().filter(
        ticket__in=ticket_ids, acknowledged_by__is_admin=False, clock__ended_at=None
    )
    placed = Membership.objects.filter(agent=OuterRef("acknowledged_by"), queue=OuterRef("ticket__queue"))
    return _open_again(in_hand.exclude(Exists(placed)), now=now)


def _open_again(in_hand: QuerySet[Flag], *, now: datetime) -> int:
    held = sorted(in_hand.select_for_update(of=("self",)).values_list("pk", flat=True))
    Flag.objects.filter(pk__in=held).update(acknowledged_at=None, acknowledged_by=None)
    News.objects.bulk_create(News(flag_id=pk, change=FlagChange.REOPENED, at=now) for pk in held)
    return len(held)


_RAISE = """
    WITH ringing AS (
        SELECT clock.id, clock.ticket_id, clock.metric, clock.risk_at, clock.breach_at, clock.rings_at,
               clock.ended_at, uncounted.since AS uncounted_since
          FROM monitor_clock clock
         CROSS JOIN LATERAL (
                   SELECT min(event.recorded_at) AS since FROM helpdesk_ticketevent event
                    WHERE event.ticket_id = clock.ticket_id
                      AND event.relayed_at IS NULL AND event.set_aside_at IS NULL) uncounted
         WHERE clock.rings_at <= %(now)s /* of some tickets */
           AND (uncounted.since > %(patient_until)s AND uncounted.since <= %(impatient_from)s) IS NOT TRUE
           AND NOT EXISTS (
                   SELECT FROM helpdesk_heldreply held
                    WHERE held.ticket_id = clock.ticket_id AND held.refused_at IS NULL
                      AND held.leaves_at > %(patient_until)s)
      ORDER BY clock.rings_at
         LIMIT %(limit)s
           FOR UPDATE OF clock SKIP LOCKED
    ), raised AS (
        INSERT INTO monitor_flag (
            clock_id, ticket_id, store_id, metric, level, raised_at, rang_at, noticed_at, noticed_by,
            withdrawn_reason, settled_at, uncounted_since)
        SELECT ringing.id, ringing.ticket_id, ticket.store_id, ringing.metric, alarm.level, alarm.at,
               greatest(alarm.at, ringing.rings_at), clock_timestamp(), %(by)s, '', ringing.ended_at,
               ringing.uncounted_since
          FROM ringing
          JOIN helpdesk_ticket ticket ON ticket.id = ringing.ticket_id
         CROSS JOIN LATERAL (
                   VALUES ('at_risk', ringing.risk_at), ('breached', ringing.breach_at)) alarm (level, at)
         WHERE alarm.at <= %(now)s
           AND (alarm.level = 'breached' OR (ringing.breach_at <= ringing.rings_at) IS NOT TRUE)
      ORDER BY ringing.id, alarm.level
            ON CONFLICT DO NOTHING
     RETURNING id
    ), told AS (
        INSERT INTO monitor_news (flag_id, change, at)
        SELECT id, 'raised', %(now)s FROM raised ORDER BY id
    ), moved AS (
        UPDATE monitor_clock clock
           SET rings_at = (
                   SELECT min(later.at) FROM (VALUES (clock.risk_at), (clock.breach_at)) later (at)
                    WHERE later.at > %(now)s)
          FROM ringing WHERE clock.id = ringing.id
    )
    SELECT count(*) FROM raised
"""
