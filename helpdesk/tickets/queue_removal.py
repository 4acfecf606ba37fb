"""Taking away a queue that was made by a slip."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from helpdesk.database.transaction import require_transaction
from helpdesk.models import EventKind, Queue, Store, Ticket, TicketEvent
from helpdesk.refusal import Refused


class QueueInUse(Refused):
    """A store sends its tickets there, or tickets are or were in it."""

    code = "queue-in-use"
    sentence = _(
        "%(queue)s is in use, or tickets have been in it: it stays, so that their history can be read."
    )


def remove_empty(queue: Queue) -> None:
    """Remove a queue that no store, no ticket and no history knows; who was in it loses a membership.

    Raises `QueueInUse`. What history knows is looked for last: that reads all events since the queue was made.
    """
    require_transaction()
    locked = Queue.objects.select_for_update().get(pk=queue.pk)
    if (
        Store.objects.filter(default_queue=locked).exists()
        or Ticket.objects.filter(queue=locked).exists()
        or _is_known_to_history(locked)
    ):
        raise QueueInUse(queue=locked)
    locked.delete()


def _is_known_to_history(queue: Queue) -> bool:
    naming = TicketEvent.objects.filter(kind__in=[EventKind.OPENED, EventKind.QUEUE_CHANGED])
    return naming.filter(recorded_at__gte=queue.created_at, payload__queue=queue.pk).exists()
