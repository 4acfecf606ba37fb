"""Which tickets do not stand any more as they stood at a moment: something became known of them since.

All others stand as they did, and their rows say so: only the instants in them are held against another `now`. A note
changes nothing that is looked at, but whether a ticket that had been put off has just come back.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, LiteralString

from django.db import connection
from django.db.models import Q

from helpdesk.database.statement import run
from monitor.clock.book.policy import Attributes, are_met
from monitor.clock.book.rules import BadRules, Rules, parse_rules
from monitor.models import CalendarVersion, PolicyVersion, VersionScope

RETRIED_FOR: Final = timedelta(hours=1)
"""So long before a moment events are looked at that a relay may have counted only after it."""


def note_changed(at: datetime) -> int:
    """Make the table `past_changed` of the tickets of which something became known since, in this transaction.

    `first_later` is the first event that nobody knew of yet; without one, a version alone reaches the ticket.
    Returns how many of them were there, and have to be replayed.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, {"at": at, "retried": at - RETRIED_FOR})
        cursor.execute("CREATE UNIQUE INDEX ON past_changed (ticket_id)")
        for sql, parameters in _reached(at):
            cursor.execute(sql, parameters)
        cursor.execute("ANALYZE past_changed")
    [(there,)] = run("SELECT count(*) FROM past_changed WHERE first_later IS DISTINCT FROM 1", ())
    return int(there)


def _reached(at: datetime) -> Iterator[tuple[str, dict[str, list[int]]]]:
    """Yield what adds the tickets whose running clocks count otherwise by versions that were published since.

    What was to come then and has begun meanwhile reaches them too.
    """
    since = Q(created_at__gt=at) | Q(effective_at__gt=at)
    calendars = set(CalendarVersion.objects.filter(since).values_list("calendar", flat=True))
    open_too = PolicyVersion.objects.filter(since, scope=VersionScope.NEW_AND_OPEN)
    policies = set(open_too.values_list("policy", flat=True))
    rules = list(_rules(policies))
    if calendars or policies:
        counted = {"calendars": list(calendars), "policies": list(policies)}
        yield _UNDER_THEM, counted
    if rules:
        yield _MATCHED, {"tickets": _matched(rules)}


def _rules(policies: set[int]) -> Iterator[Rules]:
    """Yield what these policies ask of tickets, in any version: one that no longer matches reaches them as well."""
    for said in PolicyVersion.objects.filter(policy__in=policies).values_list("rules", flat=True):
        try:
            yield parse_rules(said)
        except BadRules:
            continue


def _matched(rules: list[Rules]) -> list[int]:
    """Return the live tickets that any of these rules match."""
    found = []
    for ticket_id, store, queue, channel, priority, tier, language, tags in run(_LIVE, ()):
        attributes = Attributes(store, queue, channel, priority, tier, language, frozenset(tags))
        if any(are_met(one, attributes) for one in rules):
            found.append(ticket_id)
    return found


_CHANGED: Final[LiteralString] = """
    CREATE TEMP TABLE past_changed ON COMMIT DROP AS
    SELECT ticket_id, min(seq) FILTER (WHERE recorded_at > %(at)s) AS first_later,
           bool_or(kind IN ('split_off', 'undone', 'customer_changed')) AS moved
      FROM helpdesk_ticketevent
     WHERE recorded_at > %(retried)s AND (recorded_at > %(at)s OR relayed_at > %(at)s)
  GROUP BY ticket_id
    HAVING bool_or(kind <> 'note_added' OR recorded_at <= %(at)s)
        OR EXISTS (SELECT FROM helpdesk_snooze put_off WHERE put_off.ticket_id = helpdesk_ticketevent.ticket_id)
"""
_UNDER_THEM: Final[LiteralString] = """
    INSERT INTO past_changed (ticket_id)
    SELECT DISTINCT clock.ticket_id FROM monitor_clock clock
      JOIN monitor_policyversion version ON version.id = clock.policy_version_id
     WHERE clock.ended_at IS NULL AND clock.superseded_at IS NULL
       AND (version.calendar_id = ANY(%(calendars)s::bigint[]) OR version.policy_id = ANY(%(policies)s::bigint[]))
        ON CONFLICT DO NOTHING
"""
_LIVE: Final[LiteralString] = """
    SELECT ticket.id, ticket.store_id, ticket.queue_id, channel, priority, tier, language, tags
      FROM helpdesk_ticket ticket JOIN monitor_standing standing ON standing.ticket_id = ticket.id
"""
_MATCHED: Final[LiteralString] = """
    INSERT INTO past_changed (ticket_id) SELECT unnest(%(tickets)s::bigint[]) ON CONFLICT DO NOTHING
"""
