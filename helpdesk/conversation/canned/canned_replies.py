"""Keeping canned replies, and choosing one for a ticket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from helpdesk.conversation.canned.placeholders import fill, values_for
from helpdesk.database.transaction import require_transaction
from helpdesk.input.language_tag import language_of
from helpdesk.models import Agent, Attachment, CannedReply, CannedText, Queue, Ticket
from helpdesk.models.desk.canned_reply import CannedReplyQuerySet
from helpdesk.refusal import Refused
from helpdesk.tickets.membership import require_overseer

COMES_BACK_WITHIN: Final = timedelta(days=30)
"""So long what was removed can be brought back; then it is forgotten."""


class NoText(Refused):
    """A canned reply that says nothing in any language."""

    code = "no-text"
    place = "/texts"
    sentence = _("Write what it says, in one language at least.")


@dataclass(frozen=True, slots=True)
class WrittenReply:
    """How a canned reply is to be: its name, whose it is, what it says by language, and what else goes with it."""

    name: str
    queue: Queue | None
    texts: Mapping[str, str]
    actions: Sequence[str] = ()
    files: Sequence[int] = ()
    holding: bool = False


@dataclass(frozen=True, slots=True)
class ChosenText:
    """What a canned reply says on a ticket, in which language; `missing` names that of the ticket, if it lacks it."""

    body: str
    language: str
    missing: str


def offered(ticket: Ticket, *, to: Agent) -> CannedReplyQuerySet:
    """Return what an agent may use on a ticket: their own, and what is shared with its queue."""
    visible = CannedReply.objects.there().visible_to(to)
    return (visible.filter(queue=None) | visible.filter(queue=ticket.queue_id)).most_used_first()


def use(reply: CannedReply, *, ticket: Ticket, by: Agent, now: datetime) -> ChosenText:
    """Return what it says on the ticket, filled in, and count that it was used."""
    CannedReply.objects.filter(pk=reply.pk).update(uses=F("uses") + 1, used_at=now)
    wanted = ticket.language or ticket.customer.locale or ticket.store.locale
    texts = {text.language: text.body for text in reply.texts.order_by("pk")}
    language = nearest(list(texts), wanted) or nearest(list(texts), by.locale) or next(iter(texts), "")
    filled = fill(texts.get(language, ""), values_for(ticket, agent=by, now=now))
    missing = "" if language_of(language) == language_of(wanted) else wanted
    return ChosenText(body=filled, language=language, missing=missing)


def nearest(languages: Sequence[str], wanted: str) -> str:
    """Return the tag itself, else one of the same language; empty where there is neither."""
    if wanted in languages:
        return wanted
    return next((each for each in languages if language_of(each) == language_of(wanted)), "")


def keep(written: WrittenReply, *, by: Agent, reply: CannedReply | None = None) -> CannedReply:
    """Keep a new one, or another form of one that is there; raises `NoText` and `NotAnOverseer`."""
    require_transaction()
    if not written.texts:
        raise NoText
    if written.queue is not None:
        require_overseer(by, queue_id=written.queue.pk)
    kept = reply or CannedReply()
    kept.name, kept.queue, kept.owner = written.name, written.queue, None if written.queue else by
    kept.holding = written.holding
    kept.actions, kept.files = list(written.actions), _kept_files(written.files, kept, by=by)
    kept.save()
    kept.texts.all().delete()
    CannedText.objects.bulk_create(
        CannedText(reply=kept, language=language, body=body) for language, body in written.texts.items()
    )
    return kept


def _kept_files(numbers: Sequence[int], reply: CannedReply, *, by: Agent) -> list[int]:
    """Take those that the agent gave as the reply's own, besides those that it has: nobody puts them on a message."""
    given = Attachment.objects.given_by(by).filter(pk__in=numbers)
    own = [*given.values_list("pk", flat=True)]
    given.update(agent=None)
    return [number for number in dict.fromkeys(numbers) if number in own or number in reply.files]


def remove(reply: CannedReply, *, now: datetime) -> bool:
    """Take it away; it can be brought back for a while. False where it is away already."""
    return bool(CannedReply.objects.there().filter(pk=reply.pk).update(removed_at=now))


def bring_back(reply: CannedReply) -> bool:
    """Undo that it was removed."""
    return bool(CannedReply.objects.filter(pk=reply.pk, removed_at__isnull=False).update(removed_at=None))


def forget_removed(*, now: datetime) -> int:
    """Delete what was removed so long ago that nobody brings it back; return how many rows went."""
    return CannedReply.objects.filter(removed_at__lt=now - COMES_BACK_WITHIN).delete()[0]
