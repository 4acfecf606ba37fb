"""Keeping answers as notes, and using them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from helpdesk.conversation.canned.placeholders import fill, values_for
from helpdesk.conversation.team_notes.personal_traces import traces
from helpdesk.database.transaction import require_transaction
from helpdesk.input.visible_text import isolated
from helpdesk.models import Agent, Message, Queue, StoreTopic, TeamNote, Ticket
from helpdesk.refusal import Refused
from helpdesk.tickets.membership import require_member

COMES_BACK_WITHIN: Final = timedelta(days=30)
"""So long what was removed can be brought back; then it is forgotten."""


class NamesSomebody(Refused):
    """The text seems to name a customer, and nobody has said that it does not matter."""

    code = "names-somebody"
    place = "/body"
    sentence = _("This may name somebody: %(traces)s. Take it out, or say that it may stay.")


@dataclass(frozen=True, slots=True)
class WrittenNote:
    """How a note is to be."""

    title: str
    body: str
    queue: Queue
    topic: StoreTopic | None


def keep(
    written: WrittenNote,
    *,
    by: Agent,
    now: datetime,
    of: Message | None = None,
    note: TeamNote | None = None,
    though_named: bool = False,
) -> TeamNote:
    """Keep an answer as a note, or a note in another form; raises `NamesSomebody` and `NotAMember`."""
    require_transaction()
    require_member(by, queue_id=written.queue.pk)
    source = of or (note.message if note else None)
    found = traces(f"{written.title}\n{written.body}", source.ticket if source else None)
    if found and not though_named:
        raise NamesSomebody(traces=", ".join(map(isolated, found)))
    kept = note or TeamNote(kept_by=by, kept_at=now, message=of)
    kept.title, kept.body, kept.queue, kept.topic = written.title, written.body, written.queue, written.topic
    kept.save()
    return kept


def use(note: TeamNote, *, ticket: Ticket, by: Agent, now: datetime) -> str:
    """Return what it says on the ticket, filled in, and count that it was used."""
    TeamNote.objects.filter(pk=note.pk).update(uses=F("uses") + 1, used_at=now)
    values: Mapping[str, str] = values_for(ticket, agent=by, now=now)
    return fill(note.body, values)


def remove(note: TeamNote, *, now: datetime) -> bool:
    """Take it away; it can be brought back for a while. False where it is away already."""
    return bool(TeamNote.objects.there().filter(pk=note.pk).update(removed_at=now))


def bring_back(note: TeamNote) -> bool:
    """Undo that it was removed."""
    return bool(TeamNote.objects.filter(pk=note.pk, removed_at__isnull=False).update(removed_at=None))


def forget_removed(*, now: datetime) -> int:
    """Delete what was removed so long ago that nobody brings it back; return how many."""
    return TeamNote.objects.filter(removed_at__lt=now - COMES_BACK_WITHIN).delete()[0]
