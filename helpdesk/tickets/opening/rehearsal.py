"""A ticket as it would be opened: all that would be known of it, and nothing is written."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from helpdesk.database.statement import run
from helpdesk.tickets.opening.customer_match import CustomerRow, KnownCustomers, reading_acquaintances
from helpdesk.tickets.opening.draft import check
from helpdesk.tickets.opening.first_word import FirstWord
from helpdesk.tickets.opening.new_ticket import NewCustomer, NewTicket
from helpdesk.tickets.opening.ticket_rows import OpeningPlace, would_be


class RehearsedOpening(msgspec.Struct, frozen=True):
    """What the `opened` event would say, when the customer asked, and what would be warned of."""

    payload: dict[str, Any]
    asked_at: datetime
    warnings: list[str] = []


def rehearse(shape: NewTicket, *, store_id: int, queue_id: int, now: datetime) -> RehearsedOpening:
    """Say what opening a ticket of this shape would write down of it; raises as `check` does.

    A customer who is known brings what is known of them, as in earnest. Whether an agent who writes first may do so
    is not asked.
    """
    draft, place = check(shape, now=now), OpeningPlace(store_id, queue_id, now)
    person = _person(draft.shape.customer, store_id=store_id, refresh=not shape.imported)
    public = shape.author is not None and shape.author.public
    word = FirstWord(is_agent=shape.author is not None, outbound=public)
    payload = would_be(draft, person, word, place=place)
    return RehearsedOpening(payload, draft.asked_at, draft.warnings)


def _person(given: NewCustomer, *, store_id: int, refresh: bool) -> CustomerRow:
    known = KnownCustomers(run(*reading_acquaintances([given], store_id=store_id)))
    person = known.find(given) or CustomerRow.unknown()
    person.learn(given, refresh=refresh)
    return person
