"""What queues are called: one of a name, however it is spelled."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from helpdesk.database.transaction import require_transaction
from helpdesk.input.visible_text import one_line
from helpdesk.models import Queue
from helpdesk.refusal import Conflict, Refused

LONGEST = 200


class QueueNameTaken(Conflict):
    """Another queue has this name, perhaps spelled otherwise: people could not tell them apart."""

    code = "queue-name-taken"
    sentence = _("There is a queue of this name: “%(queue)s”.")


class QueueNameMissing(Refused):
    """A queue without a name, or with one of over 200 characters."""

    code = "queue-name-missing"
    sentence = _("Say a name, in up to 200 characters.")


def add(name: str) -> Queue:
    """Make a queue of that name. Raises `QueueNameTaken`, `QueueNameMissing`."""
    require_transaction()
    return Queue.objects.create(name=_free(name))


def rename(queue: Queue, name: str) -> bool:
    """Call a queue otherwise; false where it is called so. Rules know it by number. Raises as `add` does."""
    require_transaction()
    locked = Queue.objects.select_for_update(no_key=True).get(pk=queue.pk)
    if one_line(name) == locked.name:
        return False
    locked.name = _free(name, besides=locked)
    locked.save(update_fields=["name"])
    return True


def _free(name: str, *, besides: Queue | None = None) -> str:
    wanted = one_line(name)
    if not 0 < len(wanted) <= LONGEST:
        raise QueueNameMissing
    others = Queue.objects.exclude(pk=besides.pk) if besides else Queue.objects.all()
    if other := others.named(wanted):
        raise QueueNameTaken(queue=other)
    return wanted
