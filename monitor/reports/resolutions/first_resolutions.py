"""First resolutions are kept behind the relay, with the figures: by whoever has the turn to fold them.

What a customer asks on another ticket says something of an earlier one: that is marked, and folded with the next.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, LiteralString

from django.db.models import Case, Exists, OuterRef, When

from helpdesk.database.among import is_among
from helpdesk.database.statement import given, ids, rows, run
from helpdesk.models import Status, Ticket, TicketEvent
from monitor.clock.corrections import Event
from monitor.clock.metrics import Metric, Outcome
from monitor.models import Clock, FirstResolution, RollupMark
from monitor.reports.resolutions.first_ending import ENDINGS, HEEDED, FirstEnding, first_ending
from monitor.reports.resolutions.response_bands import MISDATED, NEVER, band_of
from monitor.reports.wait_parts import ANSWERED
from monitor.reports.wait_parts import MISDATED as DATED_BEFORE

WEEK: Final = timedelta(days=7)
"""So long after a resolution it is looked at what comes of it."""
NO_QUESTION: Final = (Outcome.NO_REPLY_NEEDED, Outcome.VOID, Outcome.NOT_APPLICABLE)
"""How clocks end that were no question: a thank-you, spam, and what we wrote first."""
_FIELDS: Final = ("resolved_at", "response", "reopened_at", "asked_again_at", "asked_again_on")


def keep(ticket_ids: Sequence[int]) -> None:
    """Let what is kept of these tickets be what they say now, and mark earlier ones of which they say something."""
    wanted, stored = of(ticket_ids), FirstResolution.objects.filter(is_among("pk", ticket_ids)).in_bulk()
    if gone := stored.keys() - wanted.keys():
        FirstResolution.objects.filter(pk__in=gone).delete()
    changed = [one for pk, one in sorted(wanted.items()) if _said(one) != _said(stored.get(pk))]
    FirstResolution.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["ticket_id"], update_fields=_FIELDS
    )
    run(_MARK_EARLIER, (ids(ticket_ids), ids(ticket_ids), WEEK))


def of(ticket_ids: Sequence[int]) -> dict[int, FirstResolution]:
    """Return the first resolution of each of these tickets that has one, and was asked by a customer."""
    endings = _endings(ticket_ids)
    responses = _responses(endings)
    found = {
        pk: FirstResolution(
            ticket_id=pk,
            resolved_at=ending.resolved_at,
            response=responses[pk],
            reopened_at=_within_a_week(ending),
        )
        for pk, ending in endings.items()
        if pk in responses
    }
    said = rows((pk, one.resolved_at) for pk, one in found.items())
    for pk, at, ticket_id in run(_ASKED_AGAIN, (said, WEEK)) if found else ():
        found[pk].asked_again_at, found[pk].asked_again_on = at, ticket_id
    return found


def astray(ticket_ids: Sequence[int]) -> list[int]:
    """Return of which of these tickets something else is kept than they say, where no mark will put that right."""
    wanted, stored = of(ticket_ids), FirstResolution.objects.in_bulk(ticket_ids)
    otherwise = [pk for pk in wanted.keys() | stored.keys() if _said(wanted.get(pk)) != _said(stored.get(pk))]
    told_by = {
        pk: {one.asked_again_on or pk for one in (wanted.get(pk), stored.get(pk)) if one} for pk in otherwise
    }
    asked = {*otherwise, *(one for some in told_by.values() for one in some)}
    marked = set(RollupMark.objects.filter(ticket_id__in=asked).values_list("ticket_id", flat=True))
    return [pk for pk in sorted(otherwise) if not marked & {pk, *told_by[pk]}]


def _said(one: FirstResolution | None) -> tuple[object, ...] | None:
    return None if one is None else tuple(getattr(one, field) for field in _FIELDS)


def _within_a_week(ending: FirstEnding) -> datetime | None:
    at = ending.reopened_at
    return at if at and at <= ending.resolved_at + WEEK else None


def _endings(ticket_ids: Sequence[int]) -> dict[int, FirstEnding]:
    events = TicketEvent.objects.filter(relayed_at__isnull=False)
    ended = Exists(events.filter(ticket=OuterRef("ticket"), kind__in=ENDINGS))
    told: Mapping[int, list[Event]] = defaultdict(list)
    read = events.filter(ended, is_among("ticket", ticket_ids), kind__in=HEEDED).order_by("ticket", "seq")
    columns = ("seq", "kind", "occurred_at", "recorded_at", "imported", "payload", "told")
    for pk, *said in read.values_list("ticket", *columns):
        told[pk].append(Event(*said))
    thanks = _thanks(list(told))
    found = {pk: first_ending(events, thanks=thanks[pk]) for pk, events in told.items()}
    return {pk: ending for pk, ending in found.items() if ending}


def _thanks(ticket_ids: Sequence[int]) -> Mapping[int, set[int]]:
    """Return of each ticket the messages that need no reply."""
    found: Mapping[int, set[int]] = defaultdict(set)
    ended = Clock.objects.standing().of(Metric.NEXT_RESPONSE).filter(outcome=Outcome.NO_REPLY_NEEDED)
    for pk, seq in ended.filter(ticket__in=ticket_ids).values_list("ticket", "start_seq"):
        found[pk].add(seq)
    return found


def _responses(ticket_ids: Mapping[int, object]) -> dict[int, str]:
    """Return the band of each ticket on which a customer asked and was to be answered, and which is none put aside."""
    asked = Clock.objects.standing().of(Metric.FIRST_RESPONSE).filter(ticket__in=list(ticket_ids))
    counted = asked.filter(outcome__in=["", *ANSWERED, Outcome.UNANSWERED]).exclude(
        ticket__in=Ticket.objects.filter(pk__in=list(ticket_ids), status__in=(Status.SPAM, Status.DELETED))
    )
    told = counted.annotate(misdated=Case(When(DATED_BEFORE, then=True), default=False))
    columns = ("ticket", "started_at", "ended_at", "outcome", "misdated")
    return {
        pk: MISDATED if misdated else band_of(end - start) if end and outcome in ANSWERED else NEVER
        for pk, start, end, outcome, misdated in told.values_list(*columns)
    }


_NEAR: LiteralString = """
    SELECT id FROM (SELECT id FROM helpdesk_ticket WHERE customer_id = ticket.customer_id AND id > ticket.id
                  ORDER BY id LIMIT 50) later
     UNION ALL
    SELECT id FROM (SELECT id FROM helpdesk_ticket WHERE customer_id = ticket.customer_id AND id < ticket.id
                  ORDER BY id DESC LIMIT 50) earlier
"""
"""A customer's tickets that came next before and after one: of a customer who has very many, not all are looked at."""

_NEXT_QUESTION: LiteralString = f"""
    SELECT started_at, ticket_id FROM (
        SELECT started_at, ticket_id, outcome, superseded_at FROM monitor_clock
         WHERE ticket_id = ticket.id AND metric = 'next_response'
         UNION ALL
        SELECT started_at, ticket_id, outcome, superseded_at FROM ({_NEAR}) near
          JOIN monitor_clock ON ticket_id = near.id AND metric = 'first_response'
    ) question
     WHERE superseded_at IS NULL AND outcome <> ALL ('{{{",".join(NO_QUESTION)}}}')
       AND started_at > resolved_at AND started_at <= resolved_at + %s::interval
  ORDER BY started_at, ticket_id LIMIT 1
"""  # noqa: S608  # the words are ours

_ASKED_AGAIN: Final[LiteralString] = f"""
    SELECT ticket.id, question.started_at, question.ticket_id
      FROM {given("resolved_id bigint", "resolved_at timestamptz")}
      JOIN helpdesk_ticket ticket ON ticket.id = resolved_id
     CROSS JOIN LATERAL ({_NEXT_QUESTION}) question
"""  # noqa: S608  # as above

_MARK_EARLIER: Final[LiteralString] = f"""
    WITH earlier AS (
        SELECT ticket_id FROM monitor_firstresolution WHERE asked_again_on = ANY(%s::bigint[])
         UNION
        SELECT kept.ticket_id FROM helpdesk_ticket ticket CROSS JOIN LATERAL ({_NEAR}) near
          JOIN monitor_firstresolution kept ON kept.ticket_id = near.id
         WHERE ticket.id = ANY(%s::bigint[]) AND resolved_at < ticket.occurred_at
           AND (asked_again_at IS NULL OR asked_again_at > ticket.occurred_at)
    )
    INSERT INTO monitor_rollupmark (ticket_id)
    SELECT kept.ticket_id FROM earlier JOIN monitor_firstresolution kept USING (ticket_id)
      JOIN helpdesk_ticket ticket ON ticket.id = kept.ticket_id
      LEFT JOIN LATERAL ({_NEXT_QUESTION}) question ON true
     WHERE (asked_again_at, asked_again_on) IS DISTINCT FROM (question.started_at, question.ticket_id)
  ORDER BY kept.ticket_id
 RETURNING ticket_id
"""  # noqa: S608  # as above
