"""The topics of a store: who oversees one of its queues keeps the list."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from helpdesk.database.transaction import require_transaction
from helpdesk.models import Agent, Queue, Store, StoreTopic
from helpdesk.models.alike_names import namesake
from helpdesk.refusal import Conflict


class TopicNamedBefore(Conflict):
    """The store has a topic of this name, however it is spelled."""

    code = "topic-named-before"
    place = "/name"
    sentence = _("There is a topic of this name: “%(topic)s”.")


def keeps(agent: Agent, store: Store) -> bool:
    """Tell whether the agent may change the store's topics: they oversee one of its queues, or are an admin."""
    return Queue.objects.overseen_by(agent).reached_by(store).exists()


def add(*, store: Store, name: str) -> StoreTopic:
    """Put one on the list, or back on it where it was retired; raises `TopicNamedBefore`."""
    require_transaction()
    known = namesake(StoreTopic.objects.filter(store=store), name)
    if known is None:
        return StoreTopic.objects.create(store=store, name=name)
    if known.retired_at is None:
        raise TopicNamedBefore(topic=known.name)
    known.retired_at = None
    known.save(update_fields=["retired_at"])
    return known


def retire(topic: StoreTopic, *, now: datetime) -> bool:
    """Give it to no ticket any more; false where that is so already."""
    return bool(StoreTopic.objects.offered().filter(pk=topic.pk).update(retired_at=now))
