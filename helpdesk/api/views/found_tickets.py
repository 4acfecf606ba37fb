"""Tickets by the words in them: what a key may read is what it finds them by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from django.db.models import Q
from django.utils.translation import gettext as _

from helpdesk.api import paging, shapes
from helpdesk.api.problems import RequestRefused
from helpdesk.models import ApiKey, Scope, Ticket
from helpdesk.search import ticket_search
from helpdesk.search.public_hits import public_hits
from helpdesk.search.search_terms import SearchTerm, terms_of
from helpdesk.search.ticket_search import SearchFilter, SearchHit


def found_by_words(
    key: ApiKey, query: shapes.TicketQuery, question: str, conditions: Q
) -> tuple[list[Ticket], str | None]:
    """Return a page of the tickets that have all words and meet the conditions, and the cursor of the next.

    A key that may not read notes finds nothing by them. Refuses (422) a question in which there is no word, and one
    that asks for an order of changes as well.
    """
    terms = _terms(query, question)
    hits = _following(ticket_search.find(terms, _within(key, query)), query.cursor)
    tickets = Ticket.objects.visible_to(key).filter(conditions)
    kept = set(tickets.filter(pk__in=[hit.ticket_id for hit in hits]).values_list("pk", flat=True))
    wanted = _readable([hit for hit in hits if hit.ticket_id in kept], terms, key)
    shown, cursor = paging.cut(list(islice(wanted, query.limit + 1)), query.limit, _place_of)
    known = tickets.in_bulk([hit.ticket_id for hit in shown])
    return [known[hit.ticket_id] for hit in shown if hit.ticket_id in known], cursor


def _terms(query: shapes.TicketQuery, question: str) -> Sequence[SearchTerm]:
    if query.updated_since is not None:
        detail = _("What is found comes the best first, and not in the order in which it changed.")
        raise RequestRefused(422, "contradiction", detail, parameter="updated_since")
    terms = terms_of(question)
    if not terms:
        detail = _("There is no word in this by which a ticket could be found.")
        raise RequestRefused(422, "no-word", detail, parameter="q")
    return terms


def _within(key: ApiKey, query: shapes.TicketQuery) -> SearchFilter:
    """Search the key's store; spam and what was deleted only where that is asked for."""
    environment = key.store.environment
    return SearchFilter(environment=environment, store_id=key.store_id, statuses=query.status)


def _following(hits: Sequence[SearchHit], cursor: str | None) -> Sequence[SearchHit]:
    if cursor is None:
        return hits
    place = paging.read_found(cursor)
    return [hit for hit in hits if _place_of(hit) < place]


def _place_of(hit: SearchHit) -> paging.FoundPlace:
    return hit.by_head, hit.asked_at, hit.ticket_id


def _readable(hits: Sequence[SearchHit], terms: Sequence[SearchTerm], key: ApiKey) -> Iterable[SearchHit]:
    return hits if Scope.NOTES in key.scopes else public_hits(hits, terms)
