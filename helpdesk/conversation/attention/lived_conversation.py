"""A conversation as its customer lives it: what they said, what reached them and when, and the silence between.

Nothing of it is what we did: a reply counts when it left, not when it was sent, and one that came back never did.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Final

from helpdesk.models import Author, Message, Receipt, Ticket

MOST: Final = 200
"""Messages of a long conversation, its newest."""
NOTICED: Final = timedelta(minutes=10)
"""A pause that is shorter is no silence."""


@dataclass(frozen=True, slots=True)
class LivedMoment:
    """Something that was said or heard, when that was, and the receipt that it is, if it is one."""

    message: Message
    at: datetime
    receipt: Receipt | None

    @property
    def is_theirs(self) -> bool:
        return self.message.author == Author.CUSTOMER

    @property
    def answers(self) -> bool:
        """Whether a person has spoken: then nobody waits."""
        return self.message.author == Author.AGENT and not self.message.automatic


@dataclass(frozen=True, slots=True)
class LivedSilence:
    """A time without a word while the customer waited, which may last; `unkept` is a promise that broke in it."""

    begun_at: datetime
    span: timedelta
    lasts: bool
    unkept: datetime | None


@dataclass(frozen=True, slots=True)
class LivedConversation:
    """What was lived, in order; `unheard` counts replies that have not reached them."""

    parts: list[LivedMoment | LivedSilence]
    unheard: int
    is_partial: bool


def lived(ticket: Ticket, *, now: datetime) -> LivedConversation:
    """Return the conversation of a ticket as its customer has lived it until now."""
    public = ticket.messages.public().select_related("agent", "mailed", "receipt").defer("rest")
    newest = list(public.order_by("-sent_at", "-id")[: MOST + 1])
    said = newest[:MOST]
    moments = sorted(_moments(said), key=attrgetter("at", "message.pk"))
    parts = list(_with_silences(moments, until=now, waits=ticket.waiting_since is not None))
    return LivedConversation(parts, unheard=len(said) - len(moments), is_partial=len(newest) > MOST)


def _moments(said: Sequence[Message]) -> Iterator[LivedMoment]:
    for message in said:
        at = _reached_at(message)
        if at is not None:
            yield LivedMoment(message, at, getattr(message, "receipt", None))


def _reached_at(message: Message) -> datetime | None:
    """Return when the customer said or heard it; null for what has not left, was refused or came back."""
    if message.bounced_at is not None:
        return None
    mailed = getattr(message, "mailed", None)
    if mailed is None:
        return message.sent_at
    return mailed.left_at if mailed.refused_at is None else None


def _with_silences(
    moments: Sequence[LivedMoment], *, until: datetime, waits: bool
) -> Iterator[LivedMoment | LivedSilence]:
    """Yield each moment, and before it the silence in which the customer waited for it."""
    last, waiting, promised = None, False, None
    for moment in moments:
        if last is not None and waiting:
            yield from _silence(last, moment.at, promised, lasts=False)
        yield moment
        last = moment.at
        waiting = moment.is_theirs or (waiting and not moment.answers)
        promised = moment.receipt.promised_at if moment.receipt else promised
    if last is not None and waiting and waits:
        yield from _silence(last, until, promised, lasts=True)


def _silence(
    begun: datetime, end: datetime, promised: datetime | None, *, lasts: bool
) -> Iterator[LivedSilence]:
    unkept = promised if promised is not None and begun < promised <= end else None
    if end - begun >= NOTICED or unkept:
        yield LivedSilence(begun, end - begun, lasts, unkept)
