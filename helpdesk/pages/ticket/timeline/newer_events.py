"""What happened on a ticket after its reader last looked, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from helpdesk.conversation.unseen import HEARD, unseen
from helpdesk.models import Agent, Ticket
from helpdesk.pages.ticket.event_sentences import EventNames, sentence

CHANGES_TOLD: Final = 5


@dataclass(frozen=True, slots=True)
class NewerEvents:
    """What happened after the reader last looked: how many messages, and the latest changes in words."""

    messages: int
    changes: list[str]


def newer_events(ticket: Ticket, *, reader: Agent, seen_seq: int) -> NewerEvents | None:
    """Return what the reader has not seen yet; None where that is nothing."""
    later = unseen(ticket, seen_seq=seen_seq)
    messages = later.filter(HEARD).count()
    changed = later.exclude(HEARD).select_related("actor").order_by("-seq")[:CHANGES_TOLD]
    changes = list(reversed(changed))
    if not (messages or changes):
        return None
    names = EventNames.of(changes, reader=reader)
    return NewerEvents(messages, [sentence(event, names) for event in changes])
