"""What happened on a ticket, in order: what was said, and between that what was done, folded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from django.db.models import OuterRef, Q, Subquery
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, ngettext

from helpdesk.conversation.unseen import HEARD, TALK, unseen
from helpdesk.input.visible_text import offcuts_in, one_line
from helpdesk.mail.addressing.our_addresses import OurAddresses
from helpdesk.mail.reading.quoted_text import SplitText, split_quotes
from helpdesk.models import Agent, Attachment, Author, EventKind, Message, RawMail, Ticket, TicketEvent, Way
from helpdesk.pages.ticket.attached_files import files_in, rows_of_files
from helpdesk.pages.ticket.correspondents.message_heading import PARTIES, MessageHeading, heading_of
from helpdesk.pages.ticket.event_sentences import EventNames, sentence
from helpdesk.templatetags.shell import marked

SHOWN_AT_ONCE: Final = 200
CHANGES_TOLD: Final = 5
_OUTSIDERS: Final = (Author.CUSTOMER, Author.THIRD_PARTY)
BRINGS_A_MESSAGE: Final = {EventKind.OPENED, EventKind.NOTE_ADDED, *TALK}


@dataclass(frozen=True, slots=True)
class TimelineMessage:
    """A message on the timeline; `newer` marks what came after the reader last looked.

    `heading` says to whom else it went. `offcuts` are shown of one that was too long, where they are asked for: each
    with what it was cut off. `original` is the number of the mail as it came, where the reader may have that.
    """

    message: Message
    event: TicketEvent
    heading: MessageHeading
    words: str
    newer: bool
    was_cut: bool
    offcuts: list[tuple[str, str]]
    original: int | None
    files: list[Attachment]

    @property
    def style(self) -> str:
        if not self.message.public:
            return "note"
        return "customer" if self.message.author == Author.CUSTOMER else "staff"

    @property
    def said(self) -> SplitText:
        """What is new, and what their mail program put below it: quotes of what stands here already, a signature."""
        from_outside = self.message.way == Way.MAIL or self.message.author in _OUTSIDERS
        return split_quotes(self.message.body) if from_outside else SplitText(self.message.body, "")

    @property
    def line(self) -> str:
        """What is new, on one line."""
        return one_line(self.said.new)

    @property
    def marked(self) -> SafeString:
        """An agent's text as its readers see it, with lists, and words that stand out; empty of all others."""
        return marked(self.message.body) if self.message.is_marked else SafeString()

    @property
    def token(self) -> str:
        """The token under which a page sent it, or the ticket that it opened; a draft that has it was sent."""
        opened = self.event.kind == EventKind.OPENED and self.event.ticket.external_id
        sender, _colon, token = (self.message.external_id or opened or "").partition(":")
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
    """The shown part of a ticket's history, or the whole of it; `earlier` counts the events left out before it."""

    items: list[TimelineMessage | FoldedEvents]
    earlier: int
    whole: bool


@dataclass(frozen=True, slots=True)
class TimelineReader:
    """Who reads, up to where they have read, and of which message they want to see all."""

    agent: Agent
    seen_seq: int | None = None
    all_of: int | None = None


def timeline(ticket: Ticket, *, reader: TimelineReader, whole: bool = False) -> Timeline:
    """Read a ticket's history: the newest part of a very long one, unless `whole` is asked for.

    What was cut off is not read along, nor HTML: it may be megabytes.
    """
    beside = (
        "actor",
        "message__agent",
        "message__mailed",
        "message__receipt__customer",
        "message__markup",
        "message__inquiry",
    )
    with_messages = ticket.events.select_related(*beside).defer("message__rest", "message__markup__html")
    newest_first = with_messages.annotate(
        was_cut=Q(message__rest__gt=""),
        files=rows_of_files(),
        parties=PARTIES,
        original=_originals_for(reader.agent),
    )
    newest_first = newest_first.order_by("-occurred_at", "-seq")
    events = list(newest_first if whole else newest_first[:SHOWN_AT_ONCE])
    events.reverse()
    items = list(_folded(events, reader, OurAddresses(ticket.store.environment)))
    return Timeline(items, earlier=ticket.last_seq - len(events), whole=whole)


def _originals_for(agent: Agent) -> Subquery:
    """Return what reads along as which mail each message came, while that is kept, for whoever oversees it."""
    theirs = RawMail.objects.overseen_by(agent).whole().filter(message=OuterRef("message"))
    return Subquery(theirs.order_by("pk").values("pk")[:1])


def _folded(
    events: list[TicketEvent], reader: TimelineReader, ours: OurAddresses
) -> Iterator[TimelineMessage | FoldedEvents]:
    names = EventNames.of(events)
    for message, run in groupby(events, key=_message_of):
        if message:
            yield from (_timeline_message(event, message, names, reader, ours) for event in run)
        else:
            yield FoldedEvents([(event, sentence(event, names)) for event in run])


def _message_of(event: TicketEvent) -> Message | None:
    """Return the message that an event brought; what was said about one later is a change.

    A note that counts as the customer's stands where it was heard as theirs.
    """
    message = event.message if event.kind in BRINGS_A_MESSAGE else None
    is_counted = message is not None and message.author == Author.CUSTOMER
    return None if event.kind == EventKind.NOTE_ADDED and is_counted else message


def _timeline_message(
    event: TicketEvent, message: Message, names: EventNames, reader: TimelineReader, ours: OurAddresses
) -> TimelineMessage:
    opened_for_them = event.kind == EventKind.OPENED and event.actor is not None
    parties = event.parties or ()  # type: ignore[attr-defined]  # annotated above
    return TimelineMessage(
        message,
        event,
        heading_of(parties, message=message, ticket=event.ticket, ours=ours),
        words=sentence(event, names) if opened_for_them else "",
        newer=reader.seen_seq is not None and event.seq > reader.seen_seq,
        was_cut=event.was_cut,  # type: ignore[attr-defined]  # annotated above
        offcuts=[(part_words(at), text) for at, text in _offcuts(message, reader)],
        original=event.original,  # type: ignore[attr-defined]  # annotated above
        files=files_in(event.files),  # type: ignore[attr-defined]  # annotated above
    )


def _offcuts(message: Message, reader: TimelineReader) -> list[tuple[str, str]]:
    return offcuts_in(message.rest) if message.pk == reader.all_of else []


PARTS: Final = {
    "body": gettext_lazy("Message"),
    "subject": gettext_lazy("Subject"),
    "tags": gettext_lazy("Tags"),
    "tier": gettext_lazy("Tier"),
    "name": gettext_lazy("Name"),
    "metadata": gettext_lazy("Further details"),
    "order": gettext_lazy("What they ordered"),
}


def part_words(pointer: str) -> str:
    """Say what it is at the end of this pointer."""
    names = [name for name in reversed(pointer.split("/")) if name in PARTS]
    return str(PARTS[names[0]]) if names else pointer


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
