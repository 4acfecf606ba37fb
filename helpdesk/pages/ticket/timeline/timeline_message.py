"""A message on the timeline of its ticket: what it says, whose it is, and what went along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Left
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from helpdesk.input.visible_text import offcuts_in, one_line
from helpdesk.mail.addressing.our_addresses import OurAddresses
from helpdesk.mail.reading.quoted_text import SplitText, split_quotes
from helpdesk.models import Agent, Attachment, Author, EventKind, Message, RawMail, TicketEvent, Way
from helpdesk.pages.ticket.attached_files import files_in, rows_of_files
from helpdesk.pages.ticket.correspondents.message_heading import PARTIES, MessageHeading, heading_of
from helpdesk.pages.ticket.event_sentences import EventNames, sentence
from helpdesk.templatetags.shell import marked, mentions_marked

SHOWN_CHARACTERS: Final = 4_000
"""Of one message, until all of it is asked for: two screens of it."""
_OUTSIDERS: Final = (Author.CUSTOMER, Author.THIRD_PARTY)
_BESIDE: Final = (
    "actor",
    "message__agent",
    "message__mailed",
    "message__receipt__customer",
    "message__markup",
    "message__inquiry",
)
_UNREAD: Final = ("message__body", "message__rest", "message__markup__html")
"""Columns that may be long: of the text its beginning is read, of the others whether there is anything."""


@dataclass(frozen=True, slots=True)
class TimelineReader:
    """Who reads, up to where they have read, since when they were away, and of which message they want to see all."""

    agent: Agent
    seen_seq: int | None = None
    since_seq: int | None = None
    all_of: int | None = None


@dataclass(frozen=True, slots=True)
class TimelineMessage:
    """A message on the timeline; `newer` marks what came after the reader last looked.

    `text` is its beginning, or all of it where that is asked for; `goes_on` where it is not all. `heading` says to whom
    else it went. `offcuts` are shown of one that was too long, where they are asked for: each with what it was cut off.
    `original` is the number of the mail as it came, where the reader may have that. `mentions` are names and addresses
    of those whom a note mentions.
    """

    message: Message
    event: TicketEvent
    heading: MessageHeading
    words: str
    text: str
    goes_on: bool
    newer: bool
    was_cut: bool
    offcuts: list[tuple[str, str]]
    original: int | None
    files: list[Attachment]
    mentions: list[str]

    @property
    def style(self) -> str:
        if not self.message.public:
            return "note"
        return "customer" if self.message.author == Author.CUSTOMER else "staff"

    @property
    def said(self) -> SplitText:
        """What is new, and what their mail program put below it: quotes of what stands here already, a signature."""
        from_outside = self.message.way == Way.MAIL or self.message.author in _OUTSIDERS
        return split_quotes(self.text) if from_outside else SplitText(self.text, "")

    @property
    def line(self) -> str:
        """What is new, on one line."""
        return one_line(self.said.new)

    @property
    def marked(self) -> SafeString:
        """An agent's text as its readers see it, with lists, and words that stand out; empty of all others."""
        words = marked(self.text) if self.message.is_marked else SafeString()
        return mentions_marked(words, self.mentions) if self.mentions else words

    @property
    def token(self) -> str:
        """The token under which a page sent it, or the ticket that it opened; a draft that has it was sent."""
        opened = self.event.kind == EventKind.OPENED and self.event.ticket.external_id
        sender, _colon, token = (self.message.external_id or opened or "").partition(":")
        return token if sender == "page" else ""


def with_messages(events: QuerySet[TicketEvent], *, reader: Agent) -> QuerySet[TicketEvent]:
    """Read along with events the messages that they brought, and what stands beside each: in the same statement."""
    return (
        events.select_related(*_BESIDE)
        .defer(*_UNREAD)
        .annotate(
            beginning=Left(F("message__body"), SHOWN_CHARACTERS + 1),
            was_cut=Q(message__rest__gt=""),
            files=rows_of_files(),
            parties=PARTIES,
            original=_originals_for(reader),
        )
    )


def _originals_for(agent: Agent) -> Subquery:
    """Return what reads along as which mail each message came, while that is kept, for whoever oversees it."""
    theirs = RawMail.objects.overseen_by(agent).whole().filter(message=OuterRef("message"))
    return Subquery(theirs.order_by("pk").values("pk")[:1])


def timeline_message(
    event: TicketEvent, message: Message, names: EventNames, reader: TimelineReader, ours: OurAddresses
) -> TimelineMessage:
    """Return the message that an event brought, as `with_messages` has read both."""
    read = vars(event)
    opened_for_them = event.kind == EventKind.OPENED and event.actor is not None
    is_whole = message.pk == reader.all_of
    return TimelineMessage(
        message,
        event,
        heading_of(read["parties"] or (), message=message, ticket=event.ticket, ours=ours),
        words=sentence(event, names) if opened_for_them else "",
        text=message.body if is_whole else read["beginning"][:SHOWN_CHARACTERS],
        goes_on=not is_whole and len(read["beginning"]) > SHOWN_CHARACTERS,
        newer=reader.seen_seq is not None and event.seq > reader.seen_seq,
        was_cut=read["was_cut"],
        offcuts=[(part_words(at), text) for at, text in (offcuts_in(message.rest) if is_whole else [])],
        original=read["original"],
        files=files_in(read["files"]),
        mentions=names.mentioned(event),
    )


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
