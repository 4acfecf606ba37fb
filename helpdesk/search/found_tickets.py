"""Tickets that were found, each with the place at which the words stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, LiteralString, NamedTuple

from django.utils.translation import gettext_lazy as _

from helpdesk.database.statement import ids, run
from helpdesk.models import Ticket
from helpdesk.search import found_place, search_text
from helpdesk.search.found_place import ExcerptPart, SoughtWords
from helpdesk.search.search_terms import SearchTerm

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LONGEST_READ: Final = 20_000
"""Characters of a message in which its words are looked for to be shown."""
MOST_READ: Final = 50
"""The newest messages of a ticket in which they are."""


class Passage(NamedTuple):
    """Something that a ticket says: what it is, and who said it when, if anybody did."""

    name: str | _StrPromise
    text: str
    at: datetime | None = None
    public: bool = True


@dataclass(frozen=True, slots=True)
class FoundTicket:
    """A ticket, its subject with the words marked, and the passage in which most of them stand."""

    ticket: Ticket
    subject: list[ExcerptPart]
    passage: Passage | None
    excerpt: list[ExcerptPart]
    is_cut: bool


def show(
    tickets: Iterable[Ticket], terms: Sequence[SearchTerm], *, subject: Any, cut: set[int]
) -> list[FoundTicket]:
    """Return tickets as they are shown; `subject` says under which words each stands in lists."""
    tickets, sought = list(tickets), SoughtWords.of(terms)
    said = dict(_said([ticket.pk for ticket in tickets]))
    return [
        FoundTicket(
            ticket,
            found_place.marked(subject(ticket), sought),
            *_best([*_particulars(ticket), *said.get(ticket.pk, [])], terms, sought),
            ticket.pk in cut,
        )
        for ticket in tickets
    ]


def _best(
    passages: Sequence[Passage], terms: Sequence[SearchTerm], sought: SoughtWords
) -> tuple[Passage | None, list[ExcerptPart]]:
    """Return the passage that has most of the terms, the first of several; nothing where none has any."""
    count = {place: found_place.terms_in(passage.text, terms) for place, passage in enumerate(passages)}
    best = max(count, key=lambda place: (count[place], -place), default=None)
    if best is None or not count[best]:
        return None, []
    return passages[best], found_place.excerpt(passages[best].text, sought)


def _particulars(ticket: Ticket) -> Iterator[Passage]:
    customer, order = ticket.customer, ticket.order or {}
    named = (
        (_("order"), str(order.get("id") or "") if isinstance(order, dict) else ""),
        (_("customer"), " · ".join(filter(None, (customer.name, customer.email)))),
        (_("the customer's id"), customer.external_id),
        (_("the shop's id"), ticket.external_id),
        (_("tags"), " ".join(ticket.tags)),
        (_("what the shop told"), " · ".join(search_text.values_in(ticket.metadata))),
        (_("order"), " · ".join(search_text.values_in(order))),
    )
    yield from (Passage(name, text) for name, text in named if text)


def _said(ticket_ids: Sequence[int]) -> Iterator[tuple[int, list[Passage]]]:
    found = run(_NEWEST, (LONGEST_READ, MOST_READ, ids(ticket_ids)))
    for ticket_id, messages in groupby(found, itemgetter(0)):
        yield ticket_id, [_passage(*message) for _ticket, *message in messages]


def _passage(sent_at: datetime, public: bool, text: str) -> Passage:
    return Passage(_("message") if public else _("note"), text, sent_at, public)


_NEWEST: Final[LiteralString] = """
    SELECT ticket.id, sent_at, public, body
      FROM helpdesk_ticket ticket
     CROSS JOIN LATERAL (
        SELECT id, sent_at, public, left(body, %s) AS body FROM helpdesk_message message
         WHERE message.ticket_id = ticket.id ORDER BY sent_at DESC, id DESC LIMIT %s) said
     WHERE ticket.id = ANY(%s::bigint[])
     ORDER BY ticket.id, sent_at DESC, said.id DESC
"""
