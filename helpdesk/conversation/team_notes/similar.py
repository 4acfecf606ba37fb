"""What is like a ticket: earlier ones, and notes of its team, by the trigrams of subjects and titles.

Of tickets the newest of the queue are compared and no others, so that it costs the same however many there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, LiteralString

from helpdesk.database.statement import run
from helpdesk.models import Agent, Ticket
from helpdesk.models.queue import Queue

COMPARED: Final = 2000
"""So many of the queue's newest tickets are looked at."""

SHOWN: Final = 5

_LIKE_TICKETS: Final[LiteralString] = """
    WITH recent AS (
        SELECT id, reference, subject, status, store_id, occurred_at FROM helpdesk_ticket
         WHERE queue_id = %s ORDER BY occurred_at DESC, id DESC LIMIT %s
    )
    SELECT reference, subject, status, occurred_at
      FROM recent JOIN helpdesk_store AS store ON store.id = recent.store_id
     WHERE recent.id <> %s AND store.environment = %s AND status NOT IN ('merged', 'spam', 'deleted')
       AND similarity(subject, %s) >= 0.3
     ORDER BY similarity(subject, %s) DESC, occurred_at DESC LIMIT %s
"""
_LIKE_NOTES: Final[LiteralString] = """
    SELECT id, title, uses FROM helpdesk_teamnote
     WHERE removed_at IS NULL AND queue_id = ANY(%s::bigint[]) AND (title %% %s OR topic_id = %s)
     ORDER BY similarity(title, %s) + CASE WHEN topic_id = %s THEN 0.5 ELSE 0 END DESC, uses DESC, id LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class LikeTicket:
    """An earlier ticket whose subject is much like another's."""

    reference: str
    subject: str
    status: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class LikeNote:
    """A note whose title is much like a subject, or that is on the same topic, with how often it was used."""

    pk: int
    title: str
    uses: int


def tickets_like(ticket: Ticket) -> list[LikeTicket]:
    """Return those of the same queue and environment; whoever sees the one sees them."""
    subject = ticket.subject
    at = [ticket.queue_id, COMPARED, ticket.pk, ticket.store.environment, subject, subject, SHOWN]
    return [LikeTicket(*row) for row in run(_LIKE_TICKETS, at)] if subject.strip() else []


def notes_like(ticket: Ticket, *, to: Agent) -> list[LikeNote]:
    """Return notes of the queues that the agent sees, the likest first."""
    queues = list(Queue.objects.visible_to(to).values_list("pk", flat=True).distinct())
    subject, topic = ticket.subject, ticket.topic_id
    return [LikeNote(*row) for row in run(_LIKE_NOTES, [queues, subject, topic, subject, topic, SHOWN])]
