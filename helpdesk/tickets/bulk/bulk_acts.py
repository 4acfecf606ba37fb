"""What can be done to many tickets at once, and how it is done to one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from helpdesk.models import Agent, Queue, Status, Ticket
from helpdesk.refusal import Refused, UnknownValue
from helpdesk.tickets import assignment, ticket_attributes, ticket_status, undo
from helpdesk.tickets.custody import snoozes, usual_times


class CustomerWaits(Refused):
    """Resolving it would leave a customer without an answer."""

    code = "customer-waits"
    sentence = _("The customer waits for an answer.")


class SoAlready(Refused):
    """The ticket stood so before."""

    code = "so-already"
    sentence = _("It was so already.")


@dataclass(frozen=True, slots=True)
class BulkOrder:
    """What is to be done to each ticket, by whom; `confirmed`: also where a customer waits."""

    act: str
    value: str
    by: Agent
    now: datetime
    confirmed: bool = False
    seqs: Mapping[str, int] = field(default_factory=dict)
    """Of what is to be undone: the number of its event, by the ticket's id."""


Act = Callable[[Ticket, BulkOrder], bool]


def do(ticket: Ticket, order: BulkOrder) -> int:
    """Do it to one locked ticket; return the number of its first event. Raises `SoAlready` and what the verb raises."""
    first = ticket.last_seq + 1
    if not ACTS[order.act](ticket, order):
        raise SoAlready
    return first


def _assign(ticket: Ticket, order: BulkOrder) -> bool:
    if order.value == "me":
        return assignment.claim(ticket=ticket, by=order.by, now=order.now)
    colleagues = Agent.objects.visible_to(order.by).filter(is_active=True)
    to = colleagues.filter(pk=_number(order.value)).first()
    if to is None:
        raise UnknownValue(value=order.value)
    return assignment.assign(ticket=ticket, to=to, by=order.by, now=order.now)


def _release(ticket: Ticket, order: BulkOrder) -> bool:
    return assignment.unassign(ticket=ticket, by=order.by, now=order.now)


def _move(ticket: Ticket, order: BulkOrder) -> bool:
    queue = Queue.objects.visible_to(order.by).filter(pk=_number(order.value)).first()
    if queue is None:
        raise UnknownValue(value=order.value)
    return ticket_attributes.change_queue(ticket=ticket, queue=queue, by=order.by, now=order.now)


def _stand(ticket: Ticket, order: BulkOrder) -> bool:
    if order.value == Status.RESOLVED and ticket.waiting_since and not order.confirmed:
        raise CustomerWaits
    return ticket_status.set_status(ticket=ticket, status=order.value, by=order.by, now=order.now)


def _prioritise(ticket: Ticket, order: BulkOrder) -> bool:
    return ticket_attributes.change_priority(ticket=ticket, priority=order.value, by=order.by, now=order.now)


def _add_tags(ticket: Ticket, order: BulkOrder) -> bool:
    tags = [*ticket.tags, *named_tags(order.value)]
    return ticket_attributes.change_tags(ticket=ticket, tags=tags, by=order.by, now=order.now)


def _remove_tags(ticket: Ticket, order: BulkOrder) -> bool:
    gone = set(named_tags(order.value))
    tags = [tag for tag in ticket.tags if tag not in gone]
    return ticket_attributes.change_tags(ticket=ticket, tags=tags, by=order.by, now=order.now)


def _snooze(ticket: Ticket, order: BulkOrder) -> bool:
    """Put it off until the instant that is named or, by the name of one of `USUAL`, until something happens."""
    usual = usual_times.USUAL.get(order.value)
    if usual is not None:
        return usual.put_off(ticket, by=order.by, now=order.now)
    until = parse_datetime(order.value)
    if until is None:
        raise UnknownValue(value=order.value)
    return snoozes.snooze(ticket=ticket, until=until, by=order.by, now=order.now)


def _undo(ticket: Ticket, order: BulkOrder) -> bool:
    return undo.undo(ticket=ticket, by=order.by, now=order.now, seq=order.seqs[str(ticket.pk)])


ACTS: Final[dict[str, Act]] = {
    "assign": _assign,
    "release": _release,
    "queue": _move,
    "status": _stand,
    "priority": _prioritise,
    "tags_added": _add_tags,
    "tags_removed": _remove_tags,
    "snooze": _snooze,
    "undo": _undo,
}


def named_tags(text: str) -> list[str]:
    """Return the tags that a field names, with commas between them."""
    return [tag for part in text.split(",") if (tag := part.strip())]


def _number(text: str) -> int:
    """Read an id; zero, which nothing has, where it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else 0
