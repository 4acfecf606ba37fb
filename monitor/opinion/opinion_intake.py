"""Taking in what another helpdesk tells: foreign tickets, kept until they are counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import msgspec
from django.db import transaction

from helpdesk.database.statement import run
from helpdesk.models import Agent
from monitor.models import Calendar, ForeignVendor, Opinion
from monitor.opinion import freshdesk_export, gorgias_export, zendesk_export
from monitor.opinion.foreign_record import ForeignUser, NoRecord, Told
from monitor.opinion.foreign_ticket import ForeignTicket
from monitor.opinion.our_count import WAITING

READERS: Final[Mapping[str, Callable[[bytes], Told]]] = {
    ForeignVendor.ZENDESK: zendesk_export.read_line,
    ForeignVendor.FRESHDESK: freshdesk_export.read_line,
    ForeignVendor.GORGIAS: gorgias_export.read_line,
}
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
    for batch in _batches(lines, READERS[opinion.vendor], taken, staff):
        _keep(opinion, batch, taken)
        yield taken
    with transaction.atomic():
        locked = Opinion.objects.select_for_update(no_key=True).get(pk=opinion.pk)
        locked.older, locked.refused = taken.older, taken.refused
        note(locked, staff, told_until=None, now=now)
    opinion.refresh_from_db()
    yield taken


def _batches(
    lines: Iterable[bytes], read: Callable[[bytes], Told], taken: TakenIn, staff: set[int]
) -> Iterator[list[ForeignTicket]]:
    """Yield the tickets among these lines, some at a time; note who works there, and what is no record."""
    batch: list[ForeignTicket] = []
    for number, line in enumerate(lines, start=1):
        told = _read(line, read, number, taken)
        if isinstance(told, ForeignUser) and told.works_there:
            staff.add(told.id)
        if isinstance(told, ForeignTicket):
            batch.append(told)
        if len(batch) == TOGETHER:
            yield batch
            batch = []
    yield batch


def _read(line: bytes, read: Callable[[bytes], Told], number: int, taken: TakenIn) -> Told:
    try:
        return read(line)
    except NoRecord as refused:
        taken.refused += 1
        if len(taken.named) < SHOWN:
            taken.named.append((number, str(refused)))
        return None


def _keep(opinion: Opinion, batch: Sequence[ForeignTicket], taken: TakenIn) -> None:
    young = [ticket for ticket in batch if ticket.created_at >= opinion.since]
    taken.older += len(batch) - len(young)
    with transaction.atomic():
        taken.tickets += keep(opinion, young, said_apart=False)


def keep(opinion: Opinion, tickets: Sequence[ForeignTicket], *, said_apart: bool) -> int:
    """Keep the newest telling of each ticket; return how many were new or newer.

    Where what was said on them is told apart, a ticket keeps what it has of it, and is not counted until all is there.
    """
    newest = {ticket.id: ticket for ticket in sorted(tickets, key=lambda each: each.changed_at)}
    if not newest:
        return 0
    return len(run(_KEEP, _columns(opinion, [newest[number] for number in sorted(newest)], said_apart)))


def _columns(opinion: Opinion, tickets: Sequence[ForeignTicket], said_apart: bool) -> dict[str, Any]:
    return {
        "opinion": opinion.pk,
        "said_apart": said_apart,
        "numbers": [ticket.id for ticket in tickets],
        "changed": [ticket.changed_at for ticket in tickets],
        "told": [msgspec.json.encode(ticket).decode() for ticket in tickets],
    }


_KEEP: Final = """
    INSERT INTO monitor_opinionticket
           (opinion_id, number, changed_at, told, is_whole, outcome, reasons, reason)
    SELECT %(opinion)s, number, changed_at, told::jsonb, NOT %(said_apart)s, '', '{}', ''
      FROM unnest(%(numbers)s::bigint[], %(changed)s::timestamptz[], %(told)s::text[])
           AS those (number, changed_at, told)
        ON CONFLICT (opinion_id, number) DO UPDATE
       SET changed_at = EXCLUDED.changed_at, counted_at = NULL, is_whole = EXCLUDED.is_whole,
           told = EXCLUDED.told || CASE WHEN %(said_apart)s
                  THEN jsonb_build_object('comments', monitor_opinionticket.told -> 'comments') ELSE '{}' END
     WHERE monitor_opinionticket.changed_at < EXCLUDED.changed_at
        OR (EXCLUDED.told ->> 'comments') IS NOT NULL AND (monitor_opinionticket.told ->> 'comments') IS NULL
    RETURNING number
"""
"""A ticket told again counts where it is newer, or brings the comments that were left out before."""


def note(opinion: Opinion, staff: Set[int], *, told_until: datetime | None, now: datetime) -> None:
    """Note what the whole of it says: who works there, and up to when it tells; without an instant, of its newest.

    Who waits has waited until then, and is counted anew; with another who works there, everybody is.
    """
    [(newest, assignees)] = run(_TOLD, {"opinion": opinion.pk})
    until = told_until or (min(newest, now) if newest else None)
    know_staff(opinion, {*staff, *(assignees or ())})
    if until != opinion.told_until:
        opinion.tickets.counted().filter(outcome=WAITING).update(counted_at=None)
    opinion.told_until, opinion.complete_at = until, None
    opinion.save()


def know_staff(opinion: Opinion, staff: Set[int]) -> None:
    """Know that these work there, whom we may have taken for customers; the opinion is saved by whoever calls."""
    known = {*staff, *opinion.staff}
    if known != set(opinion.staff):
        opinion.tickets.counted().update(counted_at=None)
    opinion.staff = sorted(known)


_TOLD: Final = """
    SELECT max(changed_at), array_agg(DISTINCT (told ->> 'assignee')::bigint)
           FILTER (WHERE told ->> 'assignee' IS NOT NULL)
      FROM monitor_opinionticket
     WHERE opinion_id = %(opinion)s
"""
"""Whoever tickets are assigned to works there, whatever users are told of."""
