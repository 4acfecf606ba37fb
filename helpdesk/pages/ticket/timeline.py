"""What happened on a ticket, in order: what was said, and between that what was done, folded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from django.utils.translation import ngettext

from helpdesk.conversation.unseen import HEARD, TALK, unseen
from helpdesk.models import Author, EventKind, Message, Ticket, TicketEvent
from helpdesk.pages.ticket.event_sentences import EventNames, sentence

SHOWN_AT_ONCE: Final = 200
CHANGES_TOLD: Final = 5
BRINGS_A_MESSAGE: Final = {EventKind.OPENED, EventKind.NOTE_ADDED, *TALK}


@dataclass(frozen=True, slots=True)
class TimelineMessage:
    """A message on the timeline; `newer` marks what came after the reader last looked."""

    message: Message
    event: TicketEvent
    words: str
    newer: bool

    @property
    def style(self) -> str:
        if not self.message.public:
            return "note"
        return "customer" if self.message.author == Author.CUSTOMER else "staff"

    @property
    def token(self) -> str:
        """The token under which the composer sent it; a draft that has it was sent."""
        sender, _colon, token = (self.message.external_id or "").partition(":")
        return token if sender == "page" else ""


@dataclass(frozen=True, slots=True)
class FoldedEvents:
    """Things done one after another, folded into one line."""

    changes: list[tuple[TicketEvent, str]]

    @property
    def summary(self) -> str:
        if len(self.changes) == 1:
            return self.changes[0][1]
        return ngettext("%d change", "%d changes", len(self.changes)) % len(self.changes)


@dataclass(frozen=True, slots=True)
class Timeline:
    """The shown part of a ticket's history; `earlier` counts the events left out before it."""

    items: list[TimelineMessage | FoldedEvents]
    earlier: int


def timeline(ticket: Ticket, *, seen_seq: int | None = None, whole: bool = False) -> Timeline:
    """Read a ticket's history: the newest part of a very long one, unless `whole` is asked for."""
    newest_first = ticket.events.select_related("actor", "message__agent").order_by("-occurred_at", "-seq")
    events = list(newest_first if whole else newest_first[:SHOWN_AT_ONCE])
    events.reverse()
    return Timeline(items=list(_folded(events, seen_seq)), earlier=ticket.last_seq - len(events))


def _folded(events: list[TicketEvent], seen_seq: int | None) -> Iterator[TimelineMessage | FoldedEvents]:
    names = EventNames.of(events)
    for message, run in groupby(events, key=_message_of):
        if message:
            yield from (_timeline_message(event, message, names, seen_seq) for event in run)
        else:
            yield FoldedEvents([(event, sentence(event, names)) for event in run])


def _message_of(event: TicketEvent) -> Message | None:
    """Return the message that an event brought; what was said about one later is a change."""
    return event.message if event.kind in BRINGS_A_MESSAGE else None


def _timeline_message(
    event: TicketEvent, message: Message, names: EventNames, seen_seq: int | None
) -> TimelineMessage:
    opened_for_them = event.kind == EventKind.OPENED and event.actor is not None
    words = sentence(event, names) if opened_for_them else ""
    return TimelineMessage(message, event, words, newer=seen_seq is not None and event.seq > seen_seq)


@dataclass(frozen=True, slots=True)
class NewerEvents:
    """What happened after the reader last looked: how many messages, and the latest changes in words."""

    messages: int
    changes: list[str]


def newer_events(ticket: Ticket, *, seen_seq: int) -> NewerEvents | None:
    """Return what the reader has not seen yet; None where that is nothing."""
    later = unseen(ticket, seen_seq=seen_seq)
    messages = later.filter(HEARD).count()
    changed = later.exclude(HEARD).select_related("actor").order_by("-seq")[:CHANGES_TOLD]
    changes = list(reversed(changed))
    if not (messages or changes):
        return None
    names = EventNames.of(changes)
    return NewerEvents(messages, [sentence(event, names) for event in changes])
