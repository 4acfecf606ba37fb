"""Whoever listens is told which tickets have new events, in the transaction that wrote them."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from helpdesk.database.transaction import require_transaction
from helpdesk.models import Ticket
from helpdesk.tickets.bells import ring_after_commit

logger = logging.getLogger(__name__)

_held: ContextVar[set[int] | None] = ContextVar("tickets that `relayed_together` holds back", default=None)


@contextmanager
def relayed_together(*, now: datetime) -> Iterator[None]:
    """Tell whoever listens once, when the block is left, of all that is done to tickets inside it."""
    require_transaction()
    held: set[int] = set()
    token = _held.set(held)
    try:
        yield
    finally:
        _held.reset(token)
    _relay(sorted(held), now=now)


def relay(tickets: Sequence[Ticket], *, now: datetime) -> None:
    """Tell whoever listens that these tickets have new events; what they make of each goes with it.

    A relay that raises is rolled back and logged; the work stands, and its events wait. Bells ring after the
    commit.
    """
    ticket_ids = sorted(ticket.pk for ticket in tickets)
    held = _held.get()
    if held is not None:
        held.update(ticket_ids)
    made = _relay(ticket_ids, now=now) if held is None else []
    for ticket in tickets:
        ticket.relayed = [of_each[ticket.pk] for of_each in made if ticket.pk in of_each]


def _relay(ticket_ids: Sequence[int], *, now: datetime) -> list[Mapping[int, object]]:
    """Return what each relay made of the tickets, by id; nothing of one that failed or keeps it to itself."""
    made: list[Mapping[int, object]] = []
    if not ticket_ids:
        return made
    ring_after_commit(ticket_ids)
    for path in settings.TICKET_EVENT_RELAYS:
        try:
            with transaction.atomic():
                made.append(import_string(path)(ticket_ids, now=now) or {})
        except Exception:  # whatever it is, accepted work must not be lost for it
            logger.exception("relay %s failed; the events of %d tickets wait", path, len(ticket_ids))
    return made
