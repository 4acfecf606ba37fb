"""Taking in what another helpdesk tells: foreign tickets, kept until they are counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import msgspec
from django.db import transaction
from django.db.models import Q

from helpdesk.database.statement import run
from helpdesk.models import Agent
from monitor.models import Calendar, Opinion
from monitor.opinion.foreign_ticket import ForeignTicket
from monitor.opinion.zendesk_export import ForeignUser, NoRecord, read_line

TOGETHER: Final = 500
SHOWN: Final = 20
"""So many of the lines that could not be read are named."""


@dataclass(slots=True)
class TakenIn:
    """What was taken in: tickets that are new or newer, those made too early, and the lines that are no record."""

    tickets: int = 0
    older: int = 0
    refused: int = 0
    named: list[tuple[int, str]] = field(default_factory=list)


def begin(
    *,
    vendor: str,
    since: datetime,
    now: datetime,
    by: Agent | None = None,
    calendar: Calendar | None = None,
    robots: Sequence[int] = (),
) -> Opinion:
    """Begin an opinion on tickets made since then; open time is counted in the calendar, where there is one."""
    return Opinion.objects.create(
        vendor=vendor, since=since, begun_at=now, asked_by=by, calendar=calendar, robots=sorted(set(robots))
    )


def take_in(opinion: Opinion, lines: Iterable[bytes], *, now: datetime) -> Iterator[TakenIn]:
    """Take lines of an export in, some hundreds in a transaction; yield how far it is after each.

    The same lines again change nothing. What is newly known about who works there has all be counted anew.
    """
    taken, staff = TakenIn(), set[int]()
    for batch in _batches(lines, taken, staff):
        _keep(opinion, batch, taken)
        yield taken
    _note(opinion, taken, staff, now=now)
    yield taken


def _batches(lines: Iterable[bytes], taken: TakenIn, staff: set[int]) -> Iterator[list[ForeignTicket]]:
    """Yield the tickets among these lines, some at a time; note who works there, and what is no record."""
    batch: list[ForeignTicket] = []
    for number, line in enumerate(lines, start=1):
        told = _read(line, number, taken)
        if isinstance(told, ForeignUser) and told.works_there:
            staff.add(told.id)
        if isinstance(told, ForeignTicket):
            batch.append(told)
        if len(batch) == TOGETHER:
            yield batch
            batch = []
    yield batch


def _read(line: bytes, number: int, taken: TakenIn) -> ForeignTicket | ForeignUser | None:
    try:
        return read_line(line)
    except NoRecord as refused:
        taken.refused += 1
        if len(taken.named) < SHOWN:
            taken.named.append((number, str(refused)))
        return None


def _keep(opinion: Opinion, batch: Sequence[ForeignTicket], taken: TakenIn) -> None:
    """Keep the newest telling of each ticket."""
    young = {}
    for ticket in sorted(batch, key=lambda each: each.changed_at):
        if ticket.created_at >= opinion.since:
            young[ticket.id] = ticket
        else:
            taken.older += 1
    if young:
        with transaction.atomic():
            taken.tickets += len(run(_KEEP, _columns(opinion, [young[number] for number in sorted(young)])))


def _columns(opinion: Opinion, tickets: Sequence[ForeignTicket]) -> dict[str, Any]:
    return {
        "opinion": opinion.pk,
        "numbers": [ticket.id for ticket in tickets],
        "changed": [ticket.changed_at for ticket in tickets],
        "told": [msgspec.json.encode(ticket).decode() for ticket in tickets],
    }


_KEEP: Final = """
    INSERT INTO monitor_opinionticket
           (opinion_id, number, changed_at, told, outcome, reasons, reason)
    SELECT %(opinion)s, number, changed_at, told::jsonb, '', '{}', ''
      FROM unnest(%(numbers)s::bigint[], %(changed)s::timestamptz[], %(told)s::text[])
           AS those (number, changed_at, told)
        ON CONFLICT (opinion_id, number) DO UPDATE
       SET changed_at = EXCLUDED.changed_at, told = EXCLUDED.told, counted_at = NULL
     WHERE monitor_opinionticket.changed_at < EXCLUDED.changed_at
        OR (EXCLUDED.told ->> 'comments') IS NOT NULL AND (monitor_opinionticket.told ->> 'comments') IS NULL
    RETURNING number
"""
"""A ticket told again counts where it is newer, or brings the comments that were left out before."""


def _note(opinion: Opinion, taken: TakenIn, staff: set[int], *, now: datetime) -> None:
    """Note what the whole of it says: who works there, and up to when it tells."""
    with transaction.atomic():
        locked = Opinion.objects.select_for_update(no_key=True).get(pk=opinion.pk)
        told = locked.tickets.all()
        [(newest, assignees)] = run(_TOLD, {"opinion": opinion.pk})
        until = min(newest, now) if newest else None
        staff = staff.union(locked.staff, assignees or ())
        if staff != set(locked.staff) or until != locked.told_until:
            told.filter(~Q(counted_at=None)).update(counted_at=None)
        locked.staff, locked.told_until = sorted(staff), until
        locked.older, locked.refused = taken.older, taken.refused
        locked.complete_at = None
        locked.save()
    opinion.refresh_from_db()


_TOLD: Final = """
    SELECT max(changed_at), array_agg(DISTINCT (told ->> 'assignee')::bigint)
           FILTER (WHERE told ->> 'assignee' IS NOT NULL)
      FROM monitor_opinionticket
     WHERE opinion_id = %(opinion)s
"""
"""Whoever tickets are assigned to works there, whatever users are told of."""
