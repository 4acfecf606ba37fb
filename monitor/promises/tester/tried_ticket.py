"""The ticket that is tried: one that is there, one as a shop would send it, or what is said of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from helpdesk.input.visible_text import one_line
from helpdesk.models import Store, Ticket
from helpdesk.tickets.opening.new_ticket import NewTicket
from helpdesk.tickets.opening.rehearsal import rehearse
from monitor.clock.book.policy import Attributes
from monitor.clock.replay import Event
from monitor.promises.tester.tried_promises import TriedTicket

USUAL: Final = {"channel": "api", "priority": "normal", "tier": "", "language": ""}
"""What a ticket is of which nobody has said anything."""

LATER: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "customer_wrote": ("customer_message_received", {"automatic": False}),
    "answered": ("public_reply_sent", {"author": "agent", "automatic": False}),
    "bot_answered": ("public_reply_sent", {"author": "bot", "automatic": False}),
    "acknowledged": ("acknowledged", {}),
    "pending": ("status_changed", {"status": "pending"}),
    "on_hold": ("status_changed", {"status": "on_hold"}),
    "open": ("status_changed", {"status": "open"}),
    "resolved": ("resolved", {}),
}
"""What may have happened after the opening, and the event that it would be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidOfTicket:
    """What is said of a ticket beside what it brings; None leaves that as it is."""

    queue: int | None = None
    channel: str | None = None
    priority: str | None = None
    tier: str | None = None
    language: str | None = None
    tags: tuple[str, ...] | None = None
    opened_at: datetime | None = None


class SentTicket(NamedTuple):
    """A ticket as a shop would send it, and what it would be warned of."""

    tried: TriedTicket
    warnings: list[str]


def of_store(store: Store, *, now: datetime) -> TriedTicket:
    """Return a ticket of a store of which nothing else is known, opened now."""
    return TriedTicket(attributes=_attributes(store.pk, store.default_queue_id, USUAL, ()), opened_at=now)


def of_ticket(ticket: Ticket) -> TriedTicket:
    """Return a ticket that is there, with what it has now, as if it were opened with that when its customer asked."""
    opened = ticket.events.filter(seq=1).values_list("payload", flat=True).first() or {}
    has = {key: getattr(ticket, key) for key in USUAL}
    return TriedTicket(
        attributes=_attributes(ticket.store_id, ticket.queue_id, has, ticket.tags),
        opened_at=ticket.occurred_at,
        initiated_by=opened.get("initiated_by", "customer"),
    )


def as_opened(ticket: Ticket) -> TriedTicket:
    """Return a ticket that is there as it was when it was opened; what was not written down then is as it is now."""
    opened = ticket.events.filter(seq=1).values_list("payload", flat=True).first() or {}
    tried = of_ticket(ticket)
    known = {key: opened[key] for key in ("store", "queue", *USUAL) if opened.get(key) is not None}
    if "tags" in opened:
        known["tags"] = _tags(opened["tags"] or ())
    return replace(tried, attributes=tried.attributes._replace(**known))


def of_shape(shape: NewTicket, *, store: Store, now: datetime) -> SentTicket:
    """Return the ticket that would be opened by a shape; raises a `Refused` where none would be."""
    would = rehearse(shape, store_id=store.pk, queue_id=store.default_queue_id, now=now)
    said = would.payload
    tried = TriedTicket(
        attributes=_attributes(said["store"], said["queue"], said, said["tags"]),
        opened_at=would.asked_at,
        initiated_by=said["initiated_by"],
    )
    return SentTicket(tried, would.warnings)


def with_said(tried: TriedTicket, said: SaidOfTicket) -> TriedTicket:
    """Let what is said take the place of what the ticket brings."""
    given = {key: getattr(said, key) for key in Attributes._fields if key != "store"}
    changed: dict[str, Any] = {
        key: _KEPT.get(key, _as_it_is)(value) for key, value in given.items() if value is not None
    }
    opened_at = tried.opened_at if said.opened_at is None else said.opened_at.astimezone(UTC)
    return replace(tried, attributes=tried.attributes._replace(**changed), opened_at=opened_at)


def followed_by(tried: TriedTicket, later: Iterable[tuple[str, datetime]]) -> TriedTicket:
    """Let things happen after the opening, of the kinds in `LATER`, in the order in which they are given."""
    events = (
        Event(seq, LATER[what][0], at, at, imported=False, payload=LATER[what][1], told=False)
        for seq, (what, at) in enumerate(later, start=2)
    )
    return replace(tried, later=tuple(events))


def _attributes(store: int, queue: int, has: Any, tags: Iterable[str]) -> Attributes:
    return Attributes(store, queue, **{key: has[key] for key in USUAL}, tags=_tags(tags))


def _tags(tags: Iterable[str]) -> frozenset[str]:
    return frozenset(filter(None, map(one_line, tags)))


def _language(tag: str) -> str:
    """Return the language of a tag, as tickets know it: `en` of en-GB."""
    return tag.strip().replace("_", "-").partition("-")[0].lower()


def _as_it_is(value: Any) -> Any:
    return value


_KEPT: Final[dict[str, Callable[[Any], Any]]] = {"tier": one_line, "language": _language, "tags": _tags}
"""How what is said is kept, as of a ticket that is opened."""
