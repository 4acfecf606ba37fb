"""What in a text tells of one customer alone: names, addresses and numbers, which are nothing for a note."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from helpdesk.conversation.canned.placeholders import values_of_customer
from helpdesk.models import Ticket

_ADDRESS: Final = re.compile(r"[^\s@<>()\[\],;:]+@[^\s@<>()\[\],;:]+\.\w+")
_NUMBER: Final = re.compile(r"(?<!\w)[#№+]?\d(?:[\d\s()./-]*\d){3,}(?!\w)|\bT-[0-9A-Z]{5,}\b|#\d+")
_SHORTEST: Final = 2
"""So many letters a name has at least, to be looked for by itself."""


def generalised(text: str, ticket: Ticket) -> str:
    """Put names of places where a text names the ticket's own customer and order, the longest first."""
    known = values_of_customer(ticket)
    for name, value in sorted(known.items(), key=lambda pair: -len(pair[1])):
        if len(value) >= _SHORTEST:
            text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", f"{{{{{name}}}}}", text)
    return text


def traces(text: str, ticket: Ticket | None) -> list[str]:
    """Return what may name somebody, each once, in the order in which it stands."""
    found = [*_ADDRESS.finditer(text), *_NUMBER.finditer(text), *_names(text, ticket)]
    return list(dict.fromkeys(one[0].strip() for one in sorted(found, key=lambda one: one.start())))


def _names(text: str, ticket: Ticket | None) -> Iterator[re.Match[str]]:
    """Yield where words of the customer's name stand, in whatever case."""
    for word in set(ticket.customer.name.split()) if ticket else ():
        if len(word) >= _SHORTEST:
            yield from re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE)
