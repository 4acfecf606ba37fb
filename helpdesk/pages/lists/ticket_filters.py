"""What the list of tickets can be narrowed by, as its address says it, and in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from helpdesk.input.id_text import read_number
from helpdesk.mail.silences.silent_tickets import resolved_by_silence
from helpdesk.models import LIVE_STATUSES, Agent, Priority, Queue, Status, Store, StoreTopic, Ticket
from helpdesk.models.ticket import USUAL_CHANNELS, USUAL_LANGUAGES
from helpdesk.pages.lists.newest_first import EVERY, Walk

ANY: Final = Q()
NONE: Final = "none"
"""How an address asks for what has no topic, tier or language."""
Named = TypeVar("Named", bound=Model)


@dataclass(frozen=True, slots=True)
class ListFilter:
    """A rule, and how to say it; `queues` and `stores` say where alone it can be met.

    `walk` is how an index finds what follows the rule: value by value, or, None, by the rule itself. What is `few` is
    read whole, and sorted.
    """

    rule: Q
    words: str
    walk: Walk | None = EVERY
    few: bool = False
    queues: Q = ANY
    stores: Q = ANY


def _by_status(value: str, agent: Agent) -> ListFilter | None:
    if value == "live":
        return ListFilter(Q(status__in=LIVE_STATUSES), _("not ended"), Walk("status", LIVE_STATUSES))
    return ListFilter(Q(status=value), str(Status(value).label), None) if value in Status.values else None


def _by_priority(value: str, agent: Agent) -> ListFilter | None:
    known = value in Priority.values
    return ListFilter(Q(priority=value), _("priority %s") % Priority(value).label, None) if known else None


def _by_queue(value: str, agent: Agent) -> ListFilter | None:
    queue = _named(Queue.objects.visible_to(agent), value)
    return ListFilter(Q(queue=queue), _("queue %s") % queue, queues=Q(pk=queue.pk)) if queue else None


def _by_store(value: str, agent: Agent) -> ListFilter | None:
    met = _met(agent, store=OuterRef(OuterRef("pk")))
    store = _named(Store.objects.filter(Q(pk__in=Store.objects.visible_to(agent)) | met), value)
    return ListFilter(Q(store=store), _("store %s") % store, stores=Q(pk=store.pk)) if store else None


def _by_topic(value: str, agent: Agent) -> ListFilter | None:
    if value == NONE:
        return ListFilter(Q(topic=None), _("without a topic"))
    topic = _named(StoreTopic.objects.visible_to(agent).distinct(), value)
    if topic is None:
        return None
    return ListFilter(Q(topic=topic), _("topic %s") % topic, None, stores=Q(pk=topic.store_id))


def _by_assignee(value: str, agent: Agent) -> ListFilter | None:
    if value == "me":
        return ListFilter(Q(assignee=agent), _("mine"), None)
    if value == "nobody":
        return ListFilter(Q(assignee=None), _("unassigned"), None)
    met = _met(agent, assignee=OuterRef(OuterRef("pk")))
    colleague = _named(Agent.objects.filter(Q(pk__in=Agent.objects.visible_to(agent)) | met), value)
    return ListFilter(Q(assignee=colleague), _("with %s") % colleague, None) if colleague else None


def _by_end(value: str, agent: Agent) -> ListFilter | None:
    return (
        ListFilter(resolved_by_silence(), _("resolved by silence"), few=True) if value == "silence" else None
    )


def _by_tier(value: str, agent: Agent) -> ListFilter | None:
    if value == NONE:
        return ListFilter(Q(tier=""), _("without a tier"))
    return ListFilter(Q(tier=value), _("tier %s") % value, None)


def _by_channel(value: str, agent: Agent) -> ListFilter | None:
    walk = EVERY if value in USUAL_CHANNELS else None
    return ListFilter(Q(channel=value), _("channel %s") % value.replace("_", " "), walk)


def _by_language(value: str, agent: Agent) -> ListFilter | None:
    if value == NONE:
        return ListFilter(Q(language=""), _("in no language that is known"))
    walk = EVERY if value in USUAL_LANGUAGES else None
    return ListFilter(Q(language=value), _("language %s") % value, walk)


def _met(agent: Agent, **of: OuterRef) -> Exists:
    """Return whether one of the agent's queues has a ticket of this."""
    tickets = Ticket.objects.filter(queue=OuterRef("pk"), **of)
    return Exists(Queue.objects.visible_to(agent).filter(Exists(tickets)))


def _named(things: QuerySet[Named], value: str) -> Named | None:
    """Return what the address names by its number."""
    number = read_number(value)
    return things.filter(pk=number).first() if number is not None else None


FILTERS: Final[dict[str, Callable[[str, Agent], ListFilter | None]]] = {
    "status": _by_status,
    "priority": _by_priority,
    "queue": _by_queue,
    "store": _by_store,
    "topic": _by_topic,
    "assignee": _by_assignee,
    "tier": _by_tier,
    "channel": _by_channel,
    "language": _by_language,
    "ended": _by_end,
}
