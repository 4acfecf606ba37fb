"""Queues that are done with: nothing comes to them any more, and their history can be read."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from helpdesk.database.transaction import require_transaction
from helpdesk.models import Mailbox, Queue, Store, Ticket
from helpdesk.queues.queue_removal import QueueNamed
from helpdesk.refusal import Refused
from helpdesk.tickets.naming_rules import named_by


class QueueIsFed(Refused):
    """A store sends its tickets there, or a mailbox its mail."""

    code = "queue-is-fed"
    sentence = _(
        "Stores or mailboxes lead to %(queue)s: lead them to another queue first, or merge it into one."
    )


class QueueHoldsTickets(Refused):
    """Tickets that have not ended are in it, and nobody would see to them."""

    code = "queue-holds-tickets"
    sentence = _(
        "There are tickets in %(queue)s that have not ended: move them first, or merge it into another queue."
    )


def retire(queue: Queue, *, now: datetime) -> bool:
    """Let nothing come to the queue any more; false where it is retired.

    Whoever moves a ticket there at this moment is waited for, or waits. Raises `QueueIsFed`, `QueueHoldsTickets`,
    `QueueNamed`.
    """
    require_transaction()
    locked = Queue.objects.select_for_update().get(pk=queue.pk)
    if locked.retired_at is not None:
        return False
    if is_fed(locked):
        raise QueueIsFed(queue=locked)
    if Ticket.objects.live().filter(queue=locked).exists():
        raise QueueHoldsTickets(queue=locked)
    refuse_named(locked, now=now)
    locked.retired_at = now
    locked.save(update_fields=["retired_at"])
    return True


def restore(queue: Queue) -> bool:
    """Use a retired queue again; false where it is in use."""
    require_transaction()
    return bool(Queue.objects.filter(pk=queue.pk).exclude(retired_at=None).update(retired_at=None))


def is_fed(queue: Queue) -> bool:
    stores = Store.objects.filter(default_queue=queue) | Store.objects.filter(other_queues=queue)
    return stores.exists() or Mailbox.objects.filter(queue=queue).exists()


def refuse_named(queue: Queue, *, now: datetime) -> None:
    """Raise `QueueNamed` if rules name it: where it is gone, they would match nothing, silently."""
    if names := named_by(queue, now=now):
        raise QueueNamed(queue=queue, names=", ".join(names))
