"""What happened on a ticket, in order: what was said, and between that what was done, folded.

A long one is shown as its beginning and its newest part; what lies between is read page by page, from an event back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, TypeAlias

from django.db.models import F, Q, QuerySet
from django.utils.translation import ngettext

from helpdesk.conversation.unseen import TALK
from helpdesk.mail.addressing.our_addresses import OurAddresses
from helpdesk.models import Author, EventKind, Message, Ticket, TicketEvent
from helpdesk.pages.ticket.event_sentences import EventNames, sentence
from helpdesk.pages.ticket.timeline.timeline_message import (
    TimelineMessage,
    TimelineReader,
    timeline_message,
    with_messages,
)

SHOWN_AT_ONCE: Final = 50
"""Events on a page, beside the one by which the ticket was opened."""
SAID_HERE: Final = Q(message=None) | Q(message__ticket=F("ticket"))
"""All but what was said here, and stands on another ticket now."""
BRINGS_A_MESSAGE: Final = {EventKind.OPENED, EventKind.NOTE_ADDED, *TALK}


@dataclass(frozen=True, slots=True)
class FoldedEvents:
    """Things done one after another, folded into one line."""

    changes: list[tuple[TicketEvent, str]]

    @property
    def event(self) -> TicketEvent:
        return self.changes[0][0]

    @property
    def summary(self) -> str:
        if len(self.changes) == 1:
            return self.changes[0][1]
        return ngettext("%d change", "%d changes", len(self.changes)) % len(self.changes)


TimelineItem: TypeAlias = TimelineMessage | FoldedEvents


@dataclass(frozen=True, slots=True)
class TimelinePart:
    """Which part of a history is asked for: the newest, what stands before an event, or all.

    `beside_opening` leaves out the first event of all, which is shown already.
    """

    before: int | None = None
    whole: bool = False
    beside_opening: bool = False

    @property
    def query(self) -> str:
        """What an address of the same part begins with."""
        return "all=1&" if self.whole else f"before={self.before}&" if self.before else ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """The shown part of a ticket's history, `opening` being set where something is left out between it and `items`.

    `before` is the event before which the part that was left out is read; `earlier` counts it, where that is known.
    `new` and `starts` are the events with which what is new begins, and at which one begins to read.
    """

    opening: list[TimelineItem]
    items: list[TimelineItem]
    part: TimelinePart
    before: int | None
    earlier: int
    new: int | None
    starts: int | None


NEWEST: Final = TimelinePart()


def timeline(ticket: Ticket, *, reader: TimelineReader, part: TimelinePart = NEWEST) -> Timeline:
    """Read a part of a ticket's history.

    What was cut off is not read along, nor HTML, nor more of a text than its beginning: they may be megabytes.
    """
    events = _read(ticket, reader, part)
    opening, shown = _parted(events, part)
    names, ours = EventNames.of(events, reader=reader.agent), OurAddresses(ticket.store.environment)
    begun, items = (list(_folded(some, reader, names, ours)) for some in (opening, shown))
    new = _first_new(shown, reader)
    return Timeline(
        begun,
        items,
        part,
        before=shown[0].seq if opening else None,
        earlier=ticket.last_seq - 1 - len(shown) if opening and part.before is None else 0,
        new=_item_of(items, new),
        starts=_item_of(items, new or _first_unanswered(shown, ticket)),
    )


def _read(ticket: Ticket, reader: TimelineReader, part: TimelinePart) -> list[TicketEvent]:
    """Return the events of a part, one more than is shown if there are more, and the first one of all; in order."""
    events = ticket.events.filter(SAID_HERE)
    if not part.whole:
        nearest = _before(ticket, part.before).order_by("-occurred_at", "-seq").values("pk")
        first = ticket.events.order_by("occurred_at", "seq").values("pk")[:1]
        events = events.filter(Q(pk__in=nearest[: SHOWN_AT_ONCE + 2]) | Q(pk__in=first))
    return list(with_messages(events, reader=reader.agent).order_by("occurred_at", "seq"))


def _before(ticket: Ticket, seq: int | None) -> QuerySet[TicketEvent]:
    """Keep what stands before an event; all, where none is named or none has that number."""
    said_here = ticket.events.filter(SAID_HERE)
    if seq is None:
        return said_here
    when = ticket.events.filter(seq=seq).values("occurred_at")[:1]
    return said_here.filter(Q(occurred_at__lt=when) | Q(occurred_at=when, seq__lt=seq))


def _parted(events: list[TicketEvent], part: TimelinePart) -> tuple[list[TicketEvent], list[TicketEvent]]:
    """Part the first event from the others if one that is not shown lies between them."""
    if part.whole or len(events) <= SHOWN_AT_ONCE + 2:
        return [], events[1:] if part.beside_opening else events
    return events[:1], events[-SHOWN_AT_ONCE:]


def _folded(
    events: Sequence[TicketEvent], reader: TimelineReader, names: EventNames, ours: OurAddresses
) -> Iterator[TimelineItem]:
    for message, run in groupby(events, key=_message_of):
        if message:
            yield from (timeline_message(event, message, names, reader, ours) for event in run)
        else:
            yield FoldedEvents([(event, sentence(event, names)) for event in run])


def _message_of(event: TicketEvent) -> Message | None:
    """Return the message that an event brought; what was said about one later is a change.

    A note that counts as the customer's stands where it was heard as theirs.
    """
    message = event.message if event.kind in BRINGS_A_MESSAGE else None
    is_counted = message is not None and message.author == Author.CUSTOMER
    return None if event.kind == EventKind.NOTE_ADDED and is_counted else message


def _first_new(events: Sequence[TicketEvent], reader: TimelineReader) -> TicketEvent | None:
    """Return the first event that somebody else has brought since the reader was here."""
    since = reader.since_seq
    if since is None:
        return None
    return next((one for one in events if one.seq > since and one.actor_id != reader.agent.pk), None)


def _first_unanswered(events: Sequence[TicketEvent], ticket: Ticket) -> TicketEvent | None:
    """Return the first message shown of a customer who waits for an answer to it."""
    since = ticket.waiting_since
    if since is None:
        return None
    said = (EventKind.OPENED, EventKind.CUSTOMER_MESSAGE_RECEIVED)
    return next((one for one in events if one.kind in said and one.occurred_at >= since), None)


def _item_of(items: Sequence[TimelineItem], event: TicketEvent | None) -> int | None:
    """Return by which event the item begins in which this one stands."""
    if event is None:
        return None
    where = (event.occurred_at, event.seq)
    begun = [item.event for item in items if (item.event.occurred_at, item.event.seq) <= where]
    return begun[-1].seq if begun else None
