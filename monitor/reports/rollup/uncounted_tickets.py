"""Tickets that cannot be counted: found among others, set aside so that those go on, and tried again by and by."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, LiteralString, NamedTuple, TypeVar

from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, ProgrammingError

from helpdesk.database.statement import ids, run
from monitor.models import UncountedTicket

logger = logging.getLogger(__name__)

Told = TypeVar("Told")

SHORTEST_REST: Final = timedelta(hours=1)
LONGEST_REST: Final = timedelta(days=1)
"""A ticket is left alone for as long again as it has been set aside, within these, unless it changes."""
_NO_TICKETS: Final = (OperationalError, InterfaceError, ProgrammingError, SoftTimeLimitExceeded)
"""What is no ticket's fault: a lock, a lost connection, a statement that fits no table, a task that took too long."""


class FailedTicket(NamedTuple):
    """A ticket with which something failed, and how."""

    ticket_id: int
    error: Exception

    @property
    def kind(self) -> str:
        """Return the class of what was raised, the database's own where it was: what that says may be a customer's."""
        return type(self.error.__cause__ or self.error).__name__[:100]

    @property
    def place(self) -> str:
        """Return where in our own rooms that was."""
        frames = traceback.extract_tb(self.error.__traceback__)
        *_outer, innermost = [one for one in frames if "/monitor/" in one.filename] or frames
        return f"{innermost.name}, line {innermost.lineno} of {innermost.filename.rpartition('/')[2]}"


def failing(do: Callable[[Sequence[int]], object], ticket_ids: Sequence[int]) -> Iterator[FailedTicket]:
    """Do something with these tickets together and, where that fails, with each half; yield those with which it fails.

    They come in the order of ids, nothing done yet of those after them; where `do` raises it leaves nothing done.
    """
    error = _raised_by(do, ticket_ids) if ticket_ids else None
    if error and len(ticket_ids) == 1:
        yield FailedTicket(ticket_ids[0], error)
    elif error:
        half = len(ticket_ids) // 2
        yield from failing(do, ticket_ids[:half])
        yield from failing(do, ticket_ids[half:])


def _raised_by(do: Callable[[Sequence[int]], object], ticket_ids: Sequence[int]) -> Exception | None:
    try:
        do(ticket_ids)
    except _NO_TICKETS:
        raise
    except Exception as error:  # noqa: BLE001  # whatever it is, the other tickets go on
        return error
    return None


def readable(
    read: Callable[[Sequence[int]], Mapping[int, Told]], ticket_ids: Sequence[int]
) -> dict[int, Told | None]:
    """Return what is read of each of these tickets; those with which that fails are left out."""
    found: dict[int, Told | None] = {}

    def note(some: Sequence[int]) -> None:
        told = read(some)
        found.update((pk, told.get(pk)) for pk in some)

    list(failing(note, ticket_ids))
    return found


def set_aside(failed: Collection[FailedTicket], *, now: datetime) -> None:
    """Leave these tickets alone for a while; whoever runs us is told of each once, and again if it fails otherwise."""
    if not failed:
        return
    known = UncountedTicket.objects.in_bulk([one.ticket_id for one in failed])
    for one in failed:
        if one.ticket_id not in known or known[one.ticket_id].last_error != one.kind:
            logger.error("ticket %s cannot be counted: %s in %s", one.ticket_id, one.kind, one.place)
    UncountedTicket.objects.bulk_create(
        [_aside(one, known.get(one.ticket_id), now=now) for one in failed],
        update_conflicts=True, unique_fields=["ticket_id"], update_fields=["retry_at", "last_error"],
    )  # fmt: skip


def _aside(one: FailedTicket, known: UncountedTicket | None, *, now: datetime) -> UncountedTicket:
    since = known.set_aside_at if known else now
    rest = min(max(now - since, SHORTEST_REST), LONGEST_REST)
    return UncountedTicket(
        ticket_id=one.ticket_id, set_aside_at=since, retry_at=now + rest, last_error=one.kind
    )


def to_try_again(marked: Iterable[int], *, now: datetime, limit: int) -> set[int]:
    """Return the tickets set aside that are marked anew, and up to so many that have rested.

    A rest that is longer than any was begun by a clock that was fast.
    """
    found = run(_TO_TRY_AGAIN, (ids(marked), now, now + LONGEST_REST, limit))
    return {ticket_id for (ticket_id,) in found}


def come_back(ticket_ids: Iterable[int]) -> None:
    """Let these tickets be set aside no more, and the others be tried at once: what was wrong may be mended for all."""
    if UncountedTicket.objects.filter(pk__in=list(ticket_ids)).delete()[0]:
        mark_all()


def mark_all() -> None:
    """Let all that is set aside be tried at the next turn."""
    run(_MARK_ALL, ())


_TO_TRY_AGAIN: Final[LiteralString] = """
    SELECT ticket_id FROM monitor_uncountedticket WHERE ticket_id = ANY(%s::bigint[])
     UNION
    (SELECT ticket_id FROM monitor_uncountedticket WHERE retry_at <= %s OR retry_at > %s ORDER BY retry_at LIMIT %s)
"""
_MARK_ALL: Final[LiteralString] = """
    INSERT INTO monitor_rollupmark (ticket_id) SELECT ticket_id FROM monitor_uncountedticket ORDER BY ticket_id
 RETURNING id
"""
