"""Writing by what tickets are found, behind them: whoever changes one does nothing for it.

Each change of a ticket is stamped by the database, and a row says of which stamp it tells. What is newer than its
row is written anew, whoever changed it; nothing is marked, queued or forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, LiteralString

import msgspec

from helpdesk.database.settled import settled_until
from helpdesk.database.statement import given, ids, rows, run
from helpdesk.database.transaction import require_transaction
from helpdesk.search.search_text import TicketTexts, TicketWords, words_of

LONGEST_TEXT: Final = 200_000
"""Characters of one message that are read for it."""
MOST_MESSAGES: Final = 1_000
"""The newest messages of a ticket that are read for it."""


def catch_up(*, limit: int) -> int:
    """Write the rows of up to so many changed tickets, and return how many; a second caller leaves it to the first.

    What is still being written elsewhere is looked at again until it is there, or is not to come.
    """
    require_transaction()
    run(_BEGIN, ())
    until = settled_until()
    mine = [store for (store,) in run(_MINE, ())]
    if not mine:
        return 0
    stores = ids(mine)
    changed: list[tuple[int, datetime]] = run(_CHANGED, (limit, stores, limit))
    written = write([ticket_id for ticket_id, _stamp in changed])
    missed = [stamp for ticket_id, stamp in changed if ticket_id not in written]
    reached = [changed[-1][1]] if len(changed) >= limit else []
    run(_MOVE, (min([until, *missed, *reached]), stores, bool(changed)))
    return len(written)


_BEGIN: Final[LiteralString] = """
    INSERT INTO helpdesk_searchprogress (store_id, until)
    SELECT id, created_at FROM helpdesk_store store
     WHERE NOT EXISTS (SELECT FROM helpdesk_searchprogress WHERE store_id = store.id)
        ON CONFLICT DO NOTHING
 RETURNING store_id
"""
_MINE: Final[LiteralString] = """
    SELECT store_id FROM helpdesk_searchprogress ORDER BY store_id FOR UPDATE SKIP LOCKED
"""
_CHANGED: Final[LiteralString] = """
    SELECT changed.id, changed.updated_at
      FROM helpdesk_searchprogress mine
     CROSS JOIN LATERAL (
        SELECT id, updated_at FROM helpdesk_ticket ticket
         WHERE ticket.store_id = mine.store_id AND updated_at >= mine.until
           AND NOT EXISTS (SELECT FROM helpdesk_searchrow known
                            WHERE known.ticket_id = ticket.id AND known.stamp = ticket.updated_at)
         ORDER BY updated_at, id
         LIMIT %s) changed
     WHERE mine.store_id = ANY(%s::bigint[])
     ORDER BY changed.updated_at
     LIMIT %s
"""
_MOVE: Final[LiteralString] = """
    UPDATE helpdesk_searchprogress SET until = moved.until
      FROM (SELECT %s::timestamptz AS until) moved
     WHERE store_id = ANY(%s::bigint[]) AND helpdesk_searchprogress.until < moved.until
       AND (%s OR helpdesk_searchprogress.until < moved.until - interval '1 min')
 RETURNING store_id
"""
"""Where nothing happens, it is written once a minute that nothing did."""


def write(ticket_ids: Sequence[int]) -> set[int]:
    """Write the rows of these tickets, and return which were written: one that is being erased is left alone."""
    if not ticket_ids:
        return set()
    tickets = [_read(*row) for row in run(_TICKETS, (ids(ticket_ids),))]
    said = dict(_said([ticket.ticket_id for ticket in tickets]))
    cut = [(ticket, *_cut(ticket, said.get(ticket.ticket_id, []))) for ticket in tickets]
    run(_WRITE, (rows(_row(ticket, words, is_cut) for ticket, words, is_cut in cut),))
    return {ticket.ticket_id for ticket in tickets}


def _read(metadata: str, order: str | None, *columns: Any) -> TicketTexts:
    """Return a ticket as it is read; what it has as JSON comes as text."""
    told = (msgspec.json.decode(metadata), order and msgspec.json.decode(order))
    return TicketTexts._make([*columns, *told])


def _cut(ticket: TicketTexts, said: Sequence[tuple[str, str]]) -> tuple[TicketWords, bool]:
    texts = [text for body_and_rest in said[:MOST_MESSAGES] for text in body_and_rest]
    words = words_of(ticket, texts)
    is_long = len(said) > MOST_MESSAGES or any(len(text) >= LONGEST_TEXT for text in texts)
    return words, words.is_cut or is_long


def public_texts(ticket_ids: Sequence[int]) -> Iterator[tuple[int, list[str]]]:
    """Yield of each ticket all that its row is written from, but for notes."""
    said = dict(_said(ticket_ids, but_notes=True))
    for ticket in (_read(*row) for row in run(_TICKETS, (ids(ticket_ids),))):
        spoken = [text for body_and_rest in said.get(ticket.ticket_id, []) for text in body_and_rest]
        yield ticket.ticket_id, [*ticket.heads, *ticket.particulars, *spoken]


def _said(
    ticket_ids: Sequence[int], *, but_notes: bool = False
) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """Yield of each ticket what was said on it, newest first."""
    found = run(_MESSAGES, (LONGEST_TEXT, LONGEST_TEXT, but_notes, MOST_MESSAGES + 1, ids(ticket_ids)))
    for ticket_id, messages in groupby(found, itemgetter(0)):
        yield ticket_id, [(body, rest) for _ticket, body, rest in messages]


def _row(ticket: TicketTexts, words: TicketWords, is_cut: bool) -> tuple[object, ...]:
    return (
        ticket.ticket_id,
        ticket.stamp,
        ticket.asked_at,
        words.heads,
        words.words,
        words.head,
        is_cut,
    )


_TICKETS: Final[LiteralString] = """
    SELECT metadata, "order", ticket.id, queue_id, updated_at, occurred_at, ticket.store_id, environment, status,
           reference, ticket.external_id, subject, tags, customer.name, customer.email, customer.external_id
      FROM helpdesk_ticket ticket
      JOIN helpdesk_store store ON store.id = ticket.store_id
      JOIN helpdesk_customer customer ON customer.id = customer_id
     WHERE ticket.id = ANY(%s::bigint[])
     ORDER BY ticket.id
       FOR KEY SHARE OF ticket SKIP LOCKED
"""
"""Whoever erases a ticket's customer holds the ticket: what they empty is read before or after, never between."""
_MESSAGES: Final[LiteralString] = """
    SELECT ticket_id, body, rest
      FROM (SELECT ticket.id AS ticket_id, said.*
              FROM helpdesk_ticket ticket
             CROSS JOIN LATERAL (
                SELECT id, sent_at, left(body, %s) AS body, left(rest, %s) AS rest
                  FROM helpdesk_message message WHERE message.ticket_id = ticket.id AND (message.public OR NOT %s)
                 ORDER BY sent_at DESC, id DESC LIMIT %s) said
             WHERE ticket.id = ANY(%s::bigint[])) said
     ORDER BY ticket_id, sent_at DESC, id DESC
"""
_COLUMNS: Final[tuple[LiteralString, ...]] = (
    "ticket_id bigint", "stamp timestamptz", "asked_at timestamptz", "heads text[]", "words text[]", "head text",
    "is_cut boolean",
)  # fmt: skip
_WRITE: Final[LiteralString] = f"""
    INSERT INTO helpdesk_searchrow (ticket_id, stamp, asked_at, heads, words, head, is_cut)
    SELECT ticket_id, stamp, asked_at, array_to_tsvector(heads), array_to_tsvector(words), head, is_cut
      FROM {given(*_COLUMNS)}
     ORDER BY ticket_id
        ON CONFLICT (ticket_id) DO UPDATE
       SET stamp = excluded.stamp, asked_at = excluded.asked_at,
           heads = excluded.heads, words = excluded.words, head = excluded.head, is_cut = excluded.is_cut
 RETURNING ticket_id
"""  # noqa: S608  # the columns are those above
