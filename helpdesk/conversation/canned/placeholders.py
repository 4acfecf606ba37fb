"""Places in a text that are filled in for a ticket, by a closed list of names: plain replacement, and no more."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from helpdesk.input.visible_text import isolated
from helpdesk.models import Agent, Ticket
from helpdesk.refusal import Refused

NAMES: Final = (
    "customer.name",
    "customer.first_name",
    "customer.email",
    "ticket.reference",
    "ticket.subject",
    "order.id",
    "order.status",
    "agent.name",
    "agent.first_name",
    "store.name",
    "queue.name",
    "promise",
)
"""What can stand between the braces; anything else is left as it is, and keeps the reply from being sent."""

_NAMED: Final = re.compile(r"\{\{\s*([a-z_.]+)\s*\}\}")
_OPEN: Final = re.compile(r"\{\{[^{}\n]{0,100}\}\}|(?<![\w/_])_{3,}(?![\w_])")
"""A place to be filled in: braces with whatever between them, or a blank of three lines and more."""

SAMPLE: Final[Mapping[str, str]] = {
    "customer.name": "Jane Doe",
    "customer.first_name": "Jane",
    "customer.email": "jane@example.com",
    "ticket.reference": "T-2F4K7",
    "ticket.subject": "Where is my order?",
    "order.id": "1001",
    "order.status": "unfulfilled",
    "store.name": "Shop",
    "queue.name": "Support",
}
"""Values for a preview, where there is no ticket."""


class Unfilled(Refused):
    """A place in the text that was to be filled in still stands there: nobody would want to send that."""

    code = "unfilled-placeholder"
    place = "/body"
    sentence = _("%(place)s in line %(line)s is not filled in yet: nothing was sent.")


@dataclass(frozen=True, slots=True)
class OpenPlace:
    """A place that is not filled in: its line, counted from 1, what stands on it around the place, and from where."""

    line: int
    before: str
    text: str
    after: str
    start: int


def values_for(ticket: Ticket, *, agent: Agent, now: datetime) -> dict[str, str]:
    """Return what each name stands for on a ticket; empty where nothing is known."""
    return {
        **values_of_customer(ticket),
        "ticket.subject": ticket.subject,
        "order.status": str((ticket.order or {}).get("status") or ""),
        "store.name": ticket.store.name,
        "queue.name": ticket.queue.name,
        "promise": _promise(ticket, now=now),
        **values_of(agent),
    }


def values_of_customer(ticket: Ticket) -> dict[str, str]:
    """Return what tells of this customer alone."""
    return {
        "customer.name": ticket.customer.name,
        "customer.first_name": _first(ticket.customer.name),
        "customer.email": ticket.customer.email,
        "ticket.reference": ticket.reference,
        "order.id": str((ticket.order or {}).get("id") or ""),
    }


def values_of(agent: Agent) -> dict[str, str]:
    return {"agent.name": agent.name, "agent.first_name": _first(agent.name)}


def _first(name: str) -> str:
    return name.split(maxsplit=1)[0] if name.split() else ""


def _promise(ticket: Ticket, *, now: datetime) -> str:
    """Say by when a person answers, in the customer's language and zone; nothing where nothing is promised."""
    by = import_string(settings.ANSWER_PROMISED_AT)(ticket, now=now) if settings.ANSWER_PROMISED_AT else None
    if by is None:
        return ""
    locales = tuple(filter(None, (ticket.language, ticket.customer.locale, ticket.store.locale)))
    zone = ticket.customer.timezone or ticket.store.timezone
    return str(import_string(settings.ANSWER_PROMISE_WORDS)(by, locales=locales, timezone=zone))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put values in the places named for them; one of which nothing is known stays, to be filled in by hand.

    What is put in is not read again: a customer may be called whatever they like.
    """
    return _NAMED.sub(lambda place: values.get(place[1]) or place[0], text)


def open_places(text: str) -> Iterator[OpenPlace]:
    """Yield the places that are not filled in, as they stand."""
    for found in _OPEN.finditer(text):
        begins = text.rfind("\n", 0, found.start()) + 1
        ends = text.find("\n", found.end())
        yield OpenPlace(
            line=text.count("\n", 0, begins) + 1,
            before=text[begins : found.start()],
            text=found[0],
            after=text[found.end() : ends if ends >= 0 else len(text)],
            start=found.start(),
        )


def refuse_unfilled(text: str) -> None:
    """Raise `Unfilled` for the first place in a text that is not filled in."""
    for place in open_places(text):
        raise Unfilled(place=isolated(place.text), line=place.line)
