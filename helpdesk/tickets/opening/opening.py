"""Opening tickets: one service, set-based, that every door feeds with the same shape."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from helpdesk.database.statement import Row, Statement, run, run_together
from helpdesk.database.transaction import require_transaction
from helpdesk.models import Customer, Message, Queue, Store, Ticket
from helpdesk.refusal import Refused
from helpdesk.tickets.event_relays import relay
from helpdesk.tickets.membership import require_member
from helpdesk.tickets.opening.customer_match import (
    CustomerRow,
    KnownCustomers,
    reading_acquaintances,
    recognise,
)
from helpdesk.tickets.opening.draft import CheckedTicket, check
from helpdesk.tickets.opening.first_word import FirstWord
from helpdesk.tickets.opening.new_ticket import NewTicket
from helpdesk.tickets.opening.repeats import (
    KnownOpenings,
    StoredTicket,
    StoredTickets,
    differences,
    locking_said,
    reading_said,
    reading_taken,
)
from helpdesk.tickets.opening.ticket_rows import OpeningPlace, insert, reserving


class Opened(msgspec.Struct, frozen=True):
    """What became of one shape: a ticket, made now or long ago, or a refusal.

    `warnings` name what was left out, cut, or taken otherwise than it was said; of a repeat, the fields that
    differ from what is stored.
    """

    ticket: Ticket | None
    created: bool
    warnings: list[str] = []
    refusal: Refused | None = None


def open_tickets(
    shapes: Sequence[NewTicket],
    *,
    store: Store,
    now: datetime,
    first_words: Sequence[FirstWord] = (),
    queue: Queue | None = None,
) -> list[Opened]:
    """Open a ticket for each shape and return what became of each, in order.

    A refused shape doesn't keep the others out. A repeat, by its id or its message's, changes nothing. The number of
    statements does not depend on the number of shapes. `first_words` say of each whose its message is; without
    them each is its customer's. The shapes must have passed msgspec's validation. Raises `NotAMember` where an
    agent writes first who is none, unless history is imported.
    """
    require_transaction()
    where = OpeningPlace(store.pk, store.default_queue_id if queue is None else queue.pk, now)
    words = first_words or [FirstWord()] * len(shapes)
    _require_members(shapes, words, queue_id=where.queue_id)
    results: dict[int, Opened] = {}
    drafts = _drafts(shapes, results, now=now)
    _open_new(drafts, words, results, where=where)
    return [results[place] for place in range(len(shapes))]


def open_for_known(shape: NewTicket, *, customer: Customer, follows: Ticket, now: datetime) -> Ticket:
    """Open a ticket for a customer of one that has ended, in its store and queue; raises as `check` does."""
    require_transaction()
    place = OpeningPlace(follows.store_id, follows.queue_id, now)
    draft = check(shape, now=now), CustomerRow.of(customer), FirstWord()
    [ticket] = insert([draft], ids=run(*reserving(1)), place=place)
    if ticket is None:
        raise AssertionError("a ticket without an external id cannot be there already")
    ticket.follows = follows
    ticket.save(update_fields=["follows"])
    _keep_offcuts({0: ticket}, {0: draft[0]})
    relay([ticket], now=now)
    return ticket


def _require_members(shapes: Sequence[NewTicket], words: Sequence[FirstWord], *, queue_id: int) -> None:
    agents = {word.by for shape, word in zip(shapes, words, strict=True) if word.by and not shape.imported}
    for agent in agents:
        require_member(agent, queue_id=queue_id)


def _drafts(
    shapes: Sequence[NewTicket], results: dict[int, Opened], *, now: datetime
) -> dict[int, CheckedTicket]:
    """Check each shape; a refusal is its result."""
    drafts: dict[int, CheckedTicket] = {}
    for place, shape in enumerate(shapes):
        try:
            drafts[place] = check(shape, now=now)
        except Refused as refusal:
            results[place] = Opened(ticket=None, created=False, refusal=refusal)
    return drafts


def _open_new(
    drafts: dict[int, CheckedTicket],
    words: Sequence[FirstWord],
    results: dict[int, Opened],
    *,
    where: OpeningPlace,
) -> None:
    opened = _insert(drafts, words, where=where)
    _keep_offcuts(opened, drafts)
    results.update(
        {
            place: Opened(ticket=ticket, created=True, warnings=drafts[place].warnings)
            for place, ticket in opened.items()
        }
    )
    repeats = {place: draft for place, draft in drafts.items() if place not in opened}
    results.update(_answer_repeats(repeats, store_id=where.store_id))
    relay(list(opened.values()), now=where.now)


def _keep_offcuts(opened: dict[int, Ticket], drafts: dict[int, CheckedTicket]) -> None:
    """Keep what was cut off because it was too long with the message that opened the ticket."""
    for place, ticket in opened.items():
        if drafts[place].rest:
            Message.objects.filter(ticket=ticket).update(rest=drafts[place].rest)


def _external_ids(drafts: Iterable[CheckedTicket]) -> list[str]:
    return sorted({draft.shape.external_id for draft in drafts if draft.shape.external_id is not None})


def _first_of_each(drafts: dict[int, CheckedTicket], *, known: KnownOpenings) -> dict[int, CheckedTicket]:
    """Keep the first of each that isn't there; `known` then knows of them too."""
    new: dict[int, CheckedTicket] = {}
    for place, draft in drafts.items():
        if not known.has(draft):
            new[place] = draft
            known.add(draft)
    return new


def _insert(
    drafts: dict[int, CheckedTicket], words: Sequence[FirstWord], *, where: OpeningPlace
) -> dict[int, Ticket]:
    """Return the tickets made, by place; those are left out that are there already, or just came to be."""
    sight = _look(drafts.values(), where=where)
    new = _first_of_each(drafts, known=sight.openings)
    people = recognise(
        [(draft.shape.customer, not draft.shape.imported) for draft in new.values()],
        known=sight.customers,
        store_id=where.store_id,
    )
    rows = sorted(zip(new, new.values(), people, strict=True), key=lambda row: row[1].shape.external_id or "")
    told = [(draft, person, words[place]) for place, draft, person in rows]
    tickets = insert(told, ids=sight.ids, place=where)
    return {row[0]: ticket for row, ticket in zip(rows, tickets, strict=True) if ticket is not None}


class OpeningLookup(NamedTuple):
    """What is known before anything is written: what is there, customers, and ids for what is new."""

    openings: KnownOpenings
    customers: KnownCustomers
    ids: list[Row]


def _look(drafts: Collection[CheckedTicket], *, where: OpeningPlace) -> OpeningLookup:
    """Read and reserve, in one round trip, whatever the drafts may need."""
    *said, taken, customers, ids = run_together(
        *_asking_for_messages(drafts, store_id=where.store_id),
        reading_taken(_external_ids(drafts), store_id=where.store_id),
        reading_acquaintances((draft.shape.customer for draft in drafts), store_id=where.store_id),
        reserving(len(drafts)),
    )
    return OpeningLookup(KnownOpenings(taken, said[-1] if said else ()), KnownCustomers(customers), ids)


def _asking_for_messages(drafts: Iterable[CheckedTicket], *, store_id: int) -> list[Statement]:
    """Return what asks for messages that have an id, if any has: most have none."""
    named = [draft.shape for draft in drafts if draft.shape.message.external_id is not None]
    if not named:
        return []
    alone = [one.message.external_id for one in named if one.external_id is None and one.message.external_id]
    ids = [one.message.external_id for one in named if one.message.external_id]
    locks = [locking_said(alone, store_id=store_id)] if alone else []
    return [*locks, reading_said(ids, store_id=store_id)]


def _answer_repeats(repeats: dict[int, CheckedTicket], *, store_id: int) -> dict[int, Opened]:
    if not repeats:
        return {}
    stored = StoredTickets(repeats.values(), store_id=store_id)
    return {place: _repeated(stored.find(draft), draft) for place, draft in repeats.items()}


def _repeated(stored: StoredTicket, draft: CheckedTicket) -> Opened:
    return Opened(ticket=stored.ticket, created=False, warnings=differences(stored, draft))
