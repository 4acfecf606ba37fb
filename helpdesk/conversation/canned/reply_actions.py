"""What is done to a ticket once an answer is sent: each named by a word and a value, such as `tag:refund`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.input.visible_text import isolated
from helpdesk.models import Agent, Queue, Status, StoreTopic, Ticket
from helpdesk.models.alike_names import first_named
from helpdesk.refusal import Refused
from helpdesk.tickets import ticket_attributes, ticket_status

STATUSES: Final = (Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.RESOLVED)
MOST_ACTIONS: Final = 60


class UnknownAction(Refused):
    """Something that cannot be done any more: a queue or topic that is gone, retired, or not seen by who answers."""

    code = "unknown-action"
    place = "/actions"
    sentence = gettext_lazy("“%(action)s” cannot be done any more: take it off before you send.")


def label_of(action: str, *, by: Agent) -> str:
    """Say what an action does; raises `UnknownAction`."""
    kind, value = _read(action)
    return _LABELS[kind](value, by)


def shown(actions: Iterable[str], *, by: Agent) -> list[tuple[str, str]]:
    """Return those that can be done, each with its words."""
    known = []
    for action in dict.fromkeys(actions):
        try:
            known.append((action, label_of(action, by=by)))
        except UnknownAction:
            continue
    return known[:MOST_ACTIONS]


def apply(actions: Sequence[str], *, ticket: Ticket, by: Agent, now: datetime) -> None:
    """Do them all, a move to another queue last: whoever answered may not work there. Raises `UnknownAction`, and
    what the verbs raise."""
    done = [(*_read(action), action) for action in dict.fromkeys(actions)]
    for kind, value, action in sorted(done, key=lambda one: _ORDER.index(one[0])):
        label_of(action, by=by)
        _VERBS[kind](ticket, value, by, now)


def _read(action: str) -> tuple[str, str]:
    kind, _colon, value = action.partition(":")
    if kind not in _VERBS or not value:
        raise UnknownAction(action=isolated(action[:100]))
    return kind, value


def _queue(value: str, by: Agent) -> Queue:
    queue = Queue.objects.in_use().visible_to(by).filter(pk=_number(value)).first()
    if queue is None:
        raise UnknownAction(action=_("Queue"))
    return queue


def _topic(value: str, by: Agent) -> StoreTopic:
    topic = StoreTopic.objects.offered().visible_to(by).filter(pk=_number(value)).distinct().first()
    if topic is None:
        raise UnknownAction(action=_("Topic"))
    return topic


def _number(value: str) -> int:
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= 18 else 0


def _status_label(value: str, _by: Agent) -> str:
    if value not in STATUSES:
        raise UnknownAction(action=isolated(value))
    return _("Status: %s") % Status(value).label


def _set_status(ticket: Ticket, value: str, by: Agent, now: datetime) -> None:
    ticket_status.set_status(ticket=ticket, status=value, by=by, now=now)


def _add_tag(ticket: Ticket, value: str, by: Agent, now: datetime) -> None:
    ticket_attributes.change_tags(ticket=ticket, tags=[*ticket.tags, value], by=by, now=now)


def _set_topic(ticket: Ticket, value: str, by: Agent, now: datetime) -> None:
    """Give it the topic; where that is another store's, the one that is called the same there, or none."""
    wanted = _topic(value, by)
    theirs = StoreTopic.objects.offered().filter(store=ticket.store_id)
    topic = wanted if wanted.store_id == ticket.store_id else first_named(theirs, wanted.name)
    if topic is not None:
        ticket_attributes.change_topic(ticket=ticket, topic=topic, by=by, now=now)


def _move(ticket: Ticket, value: str, by: Agent, now: datetime) -> None:
    ticket_attributes.change_queue(ticket=ticket, queue=_queue(value, by), by=by, now=now)


_VERBS: Final[Mapping[str, Callable[[Ticket, str, Agent, datetime], None]]] = {
    "tag": _add_tag,
    "topic": _set_topic,
    "status": _set_status,
    "queue": _move,
}
_ORDER: Final = list(_VERBS)
_LABELS: Final[Mapping[str, Callable[[str, Agent], str]]] = {
    "tag": lambda value, _by: _("Tag: %s") % isolated(value),
    "topic": lambda value, by: _("Topic: %s") % isolated(_topic(value, by).name),
    "status": _status_label,
    "queue": lambda value, by: _("Queue: %s") % isolated(_queue(value, by).name),
}
