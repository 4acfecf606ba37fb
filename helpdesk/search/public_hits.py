"""What is found by whoever may not read notes: nothing by what stands in a note alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from helpdesk.search import found_place, search_rows, word_cutting
from helpdesk.search.search_terms import SearchTerm
from helpdesk.search.ticket_search import SearchHit

AT_ONCE: Final = 50
"""Tickets that are read together."""


def public_hits(hits: Sequence[SearchHit], terms: Sequence[SearchTerm]) -> Iterator[SearchHit]:
    """Yield, in their order, the hits that have all terms without their notes; read as far as they are asked for.

    Subject, names and ids are no notes: who is found by these is not read again.
    """
    for start in range(0, len(hits), AT_ONCE):
        some = hits[start : start + AT_ONCE]
        doubtful = [hit.ticket_id for hit in some if not hit.by_head]
        public = {hit.ticket_id for hit in some if hit.by_head}
        for ticket_id, texts in search_rows.public_texts(doubtful) if doubtful else ():
            words = frozenset(word for text in texts for word in word_cutting.words(text))
            if all(found_place.is_in(words, term) for term in terms):
                public.add(ticket_id)
        yield from (hit for hit in some if hit.ticket_id in public)
