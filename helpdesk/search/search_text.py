"""What of a ticket is searched: as what it is found first, what was said on it, and by what it is narrowed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from helpdesk.search import facets, word_cutting
from helpdesk.search.folding import folded

MOST_WORDS: Final = 20_000
"""Words of one ticket that are kept; a conversation that has more is found by the newest of them."""
MOST_BYTES: Final = 500_000
"""Of these words together: half of what PostgreSQL takes as one."""
LONGEST_HEAD: Final = 2_000
"""Characters of subject, names and ids in which parts of words are looked for."""


class TicketTexts(NamedTuple):
    """A ticket as it is read to be found: its columns, its customer's, and what was said on it, newest first."""

    ticket_id: int
    queue_id: int
    stamp: datetime
    asked_at: datetime
    store_id: int
    environment: str
    status: str
    reference: str
    external_id: str | None
    subject: str
    tags: Sequence[str]
    customer_name: str
    customer_email: str
    customer_external_id: str | None
    metadata: Any
    order: Any

    @property
    def heads(self) -> list[str]:
        """Return subject, names and ids: who finds a ticket by these meant this one."""
        order = str(self.order.get("id") or "") if isinstance(self.order, dict) else ""
        ids = (self.reference, self.external_id, order, self.customer_external_id)
        return [text for text in (*ids, self.customer_name, self.customer_email, self.subject) if text]

    @property
    def particulars(self) -> Iterator[str]:
        """Yield what else the shop told of it: tags, and the values of metadata and order."""
        yield from self.tags
        yield from values_in(self.metadata)
        yield from values_in(self.order)


class TicketWords(NamedTuple):
    """The words of a ticket: those of its head, all of them with its facets, and whether there were more."""

    heads: list[str]
    words: list[str]
    head: str
    is_cut: bool


def words_of(texts: TicketTexts, said: Iterable[str]) -> TicketWords:
    """Cut a ticket into words, as far as there is room for them; what was said is taken as it comes."""
    heads = dict.fromkeys(word for text in texts.heads for word in word_cutting.words(text))
    kept, is_cut = _as_many_as_fit([*heads], (*texts.particulars, *said))
    head = "\n".join(folded(text) for text in texts.heads)[:LONGEST_HEAD]
    return TicketWords([*heads], [*kept, *_facets(texts)], head, is_cut)


def _facets(texts: TicketTexts) -> list[str]:
    return [
        facets.of_store(texts.store_id),
        facets.of_queue(texts.queue_id),
        facets.of_environment(texts.environment),
        facets.of_status(texts.status),
        facets.of_month(texts.asked_at.astimezone(UTC).date()),
        *facets.of_age(texts.ticket_id),
    ]


def _as_many_as_fit(first: Iterable[str], texts: Iterable[str]) -> tuple[dict[str, None], bool]:
    kept, room = dict.fromkeys(first), MOST_BYTES
    for text in texts:
        for word in word_cutting.words(text):
            if word in kept:
                continue
            room -= len(word.encode())
            if room < 0 or len(kept) >= MOST_WORDS:
                return kept, True
            kept[word] = None
    return kept, False


def values_in(told: Any) -> Iterator[str]:
    """Yield the texts and numbers in JSON, however deep; the names of its fields say what they are, not what it is."""
    if isinstance(told, str):
        yield told
    elif isinstance(told, Mapping):
        for value in told.values():
            yield from values_in(value)
    elif isinstance(told, list):
        for value in told:
            yield from values_in(value)
    elif isinstance(told, int | float) and not isinstance(told, bool):
        yield str(told)
