"""Crowds of clocks, written by the server itself: bare ones that only run, and ones that hang on real tickets."""

from __future__ import annotations

from typing import Final

from django.db import connection

from tests.bench.stage import Shop

BARE_FROM: Final = 10**15
"""Bare clocks have ticket ids from here on, that no ticket has."""


def add_bare(first: int, last: int) -> None:
    """Add clocks that run for days and hang on nothing: foreign keys are not looked at for once."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(_BARE, [BARE_FROM, first, last])
        cursor.execute("SET session_replication_role = origin")


def add_tickets(shop: Shop, count: int) -> None:
    """Add tickets with an event that was relayed, each with one clock that has no alarm yet."""
    with connection.cursor() as cursor:
        cursor.execute(_TICKETS, {"store": shop.store, "queue": shop.queue, "count": count})


def tidy() -> None:
    """Leave the tables as an autovacuum that has kept up would."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


_BARE = """
    INSERT INTO monitor_clock (
        ticket_id, metric, start_seq, cycle, started_at, basis, target, due_at, risk_at, breach_at, breach_kind,
        outcome, business, wall, silent, rings_at)
    SELECT %s + number, 'first_response', 1, 1, now(), 'wall', interval '9 days', due_at, NULL, due_at, 'due',
           '', '0', '0', false, due_at
      FROM generate_series(%s::bigint, %s::bigint) number
     CROSS JOIN LATERAL (
        SELECT now() + interval '1 day' + random() * interval '8 days' + 0 * number * interval '1 s'
     ) alarm (due_at)
"""

_TICKETS = """
    WITH customer AS (
        INSERT INTO helpdesk_customer (store_id, email, name, locale, timezone, tier)
        VALUES (%(store)s, '', 'Jon Doe', 'en', 'UTC', '') RETURNING id
    ), ticket AS (
        INSERT INTO helpdesk_ticket (
            reference, store_id, queue_id, customer_id, subject, status, priority, channel, tier, language, tags,
            metadata, occurred_at, received_at, updated_at, last_seq, last_event_at)
        SELECT 'b' || number, %(store)s, %(queue)s, customer.id, 'Where is my order?', 'new', 'normal', 'api', '',
               'en', '{}', '{}', now(), now(), now(), 1, now()
          FROM generate_series(1, %(count)s) number, customer
     RETURNING id
    ), event AS (
        INSERT INTO helpdesk_ticketevent (
            ticket_id, store_id, seq, kind, occurred_at, recorded_at, imported, actor_kind, payload, failures,
            last_error, relayed_at)
        SELECT id, %(store)s, 1, 'opened', now(), now(), false, 'customer', '{}', 0, '', now() FROM ticket
    )
    INSERT INTO monitor_clock (
        ticket_id, metric, start_seq, cycle, started_at, basis, target, breach_kind, outcome, business, wall, silent)
    SELECT id, 'first_response', 1, 1, now(), 'wall', interval '1 h', '', '', '0', '0', false FROM ticket
"""
