"""Taking away a queue that was made by a slip."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from helpdesk.database.transaction import require_transaction
from helpdesk.models import CannedReply, EventKind, Mailbox, Queue, Store, TeamNote, Ticket, TicketEvent
from helpdesk.refusal import Refused
from helpdesk.tickets.naming_rules import kept_by, named_by


class QueueInUse(Refused):
    """A store sends its tickets there, a mailbox its mail, or tickets are or were in it."""

    code = "queue-in-use"
    sentence = _(
        "%(queue)s is in use, or tickets have been in it: it stays, so that their history can be read."
    )


class QueueNamed(Refused):
    """Rules or freezes name the queue, which would then match nothing, silently."""

    code = "queue-named"
    sentence = _("%(queue)s is named by %(names)s: take it out there first.")


def remove_empty(queue: Queue, *, now: datetime) -> None:
    """Remove a queue that no store, mailbox, ticket, rule, freeze or history knows; who was in it loses a membership.

    Raises `QueueInUse`, `QueueNamed`.
    """
    require_transaction()
    locked = Queue.objects.select_for_update().get(pk=queue.pk)
    if not is_empty(locked) or is_known_to_history(locked):
        raise QueueInUse(queue=locked)
    if names := [*named_by(locked, now=now), *kept_by(locked, now=now)]:
        raise QueueNamed(queue=locked, names=", ".join(names))
    locked.delete()


def is_empty(queue: Queue) -> bool:
    """Tell whether no store and no mailbox leads there, no ticket is in it, and its people keep no texts there."""
    holders = (
        Store.objects.filter(default_queue=queue),
        Mailbox.objects.filter(queue=queue),
        Ticket.objects.filter(queue=queue),
        CannedReply.objects.there().filter(queue=queue),
        TeamNote.objects.there().filter(queue=queue),
    )
    return not any(each.exists() for each in holders)


def is_known_to_history(queue: Queue) -> bool:
    """Tell whether a queue in which no ticket is ever had one; reads the moves between queues since it was made.

    What was in it and is no longer has been moved: out of it, since it was opened there or came by another move.
    """
    moves = TicketEvent.objects.filter(kind=EventKind.QUEUE_CHANGED, recorded_at__gte=queue.created_at)
    openings = TicketEvent.objects.filter(ticket=OuterRef("ticket"), seq=1, payload__queue=queue.pk)
    return moves.filter(Q(payload__queue=queue.pk) | Exists(openings)).exists()
