"""What kind of ticket it is: priority, queue, tags, tier; and whose, where a form or a colleague stood in for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from django.utils.translation import gettext_lazy as _

from helpdesk.database.statement import run
from helpdesk.input.visible_text import Scissors, isolated, one_line
from helpdesk.models import Agent, Customer, EventKind, Priority, Queue, Status, StoreTopic, Ticket
from helpdesk.refusal import Refused
from helpdesk.tickets.assignment import let_go
from helpdesk.tickets.custody import snoozes
from helpdesk.tickets.ended_ticket import refuse_ended
from helpdesk.tickets.membership import stays
from helpdesk.tickets.opening.customer_match import KnownCustomers, reading_acquaintances, recognise
from helpdesk.tickets.opening.draft import LONGEST_TAG, LONGEST_TIER, MOST_TAGS, fitting_order
from helpdesk.tickets.opening.new_ticket import NewCustomer, OrderSnapshot
from helpdesk.tickets.ticket_change import TicketChange, changing

_BUT_MERGED = [status for status in Status if status != Status.MERGED]


class UnknownPriority(Refused):
    """Not low, normal, high or urgent."""

    code = "unknown-priority"
    place = "/priority"
    sentence = _("“%(value)s” is not a priority.")


class BadTags(Refused):
    """More than 50 tags, or one in which nothing is seen, or over 100 characters."""

    code = "bad-tags"
    place = "/tags"
    sentence = _("A ticket takes up to 50 tags of 1 to 100 characters.")


class TierTooLong(Refused):
    """Over 50 characters."""

    code = "tier-too-long"
    place = "/tier"
    sentence = _("A tier has up to 50 characters.")


class UnknownTopic(Refused):
    """A topic of another store, or one that is given to no ticket any more."""

    code = "unknown-topic"
    place = "/topic"
    sentence = _("“%(topic)s” is not on the list of topics any more.")


class CustomerUnnamed(Refused):
    """Neither an id nor an address: nobody could be found by that."""

    code = "customer-unnamed"
    place = "/customer"
    sentence = _("Name the customer by an id or an e-mail address.")


def change_priority(*, ticket: Ticket, priority: str, by: Agent | None, now: datetime) -> bool:
    """Make the ticket more or less urgent; its due times follow."""
    if priority not in Priority.values:
        raise UnknownPriority(value=priority)
    with changing(ticket, now=now, by=by) as change:
        refuse_ended(ticket)
        if ticket.priority == priority:
            return False
        ticket.priority = priority
        change.record(EventKind.PRIORITY_CHANGED, priority=str(priority))
        return True


class QueueRetired(Refused):
    """Nothing comes to this queue any more."""

    code = "queue-retired"
    place = "/queue"
    sentence = _("%(queue)s is retired: nothing comes there any more.")


def change_queue(*, ticket: Ticket, queue: Queue, by: Agent | None, now: datetime) -> bool:
    """Hand the ticket to another team; an assignee who doesn't work there lets go of it. Raises `QueueRetired`."""
    with changing(ticket, now=now, by=by) as change:
        refuse_ended(ticket)
        if ticket.queue_id == queue.pk:
            return False
        _require_in_use(queue)
        if ticket.assignee and not stays(ticket.assignee, queue_id=queue.pk):
            let_go(change)
        ticket.queue = queue
        change.record(EventKind.QUEUE_CHANGED, queue=queue.pk)
        return True


def _require_in_use(queue: Queue) -> None:
    """Raise `QueueRetired`, or keep it in use to the end of this transaction: whoever retires it waits."""
    if not run(_USED, [queue.pk]):
        raise QueueRetired(queue=queue)


_USED = "SELECT id FROM helpdesk_queue WHERE id = %s AND retired_at IS NULL FOR KEY SHARE"


def change_tags(*, ticket: Ticket, tags: Sequence[str], by: Agent | None, now: datetime) -> bool:
    """Give the ticket these tags and no others, each on one line; their order means nothing."""
    distinct = list(dict.fromkeys(map(one_line, tags)))
    if len(distinct) > MOST_TAGS or not all(0 < len(tag) <= LONGEST_TAG for tag in distinct):
        raise BadTags
    with changing(ticket, now=now, by=by) as change:
        refuse_ended(ticket)
        if set(ticket.tags) == set(distinct):
            return False
        ticket.tags = distinct
        change.record(EventKind.TAGS_CHANGED, tags=distinct)
        return True


def change_tier(*, ticket: Ticket, tier: str, by: Agent | None, now: datetime) -> bool:
    """Treat the ticket as of this tier (the customer keeps theirs), on one line."""
    tier = one_line(tier)
    if len(tier) > LONGEST_TIER:
        raise TierTooLong
    with changing(ticket, now=now, by=by) as change:
        refuse_ended(ticket)
        if ticket.tier == tier:
            return False
        ticket.tier = tier
        change.record(EventKind.TIER_CHANGED, tier=tier)
        return True


def change_topic(*, ticket: Ticket, topic: StoreTopic | None, by: Agent | None, now: datetime) -> bool:
    """Let the ticket be about one topic of its store, or none; raises `UnknownTopic`."""
    with changing(ticket, now=now, by=by) as change:
        refuse_ended(ticket)
        number = topic.pk if topic else None
        if ticket.topic_id == number:
            return False
        if topic and (topic.store_id != ticket.store_id or topic.retired_at is not None):
            raise UnknownTopic(topic=isolated(topic.name))
        ticket.topic = topic
        change.record(EventKind.TOPIC_CHANGED, topic=number)
        return True


def change_order(*, ticket: Ticket, order: OrderSnapshot, now: datetime) -> bool:
    """Keep what its shop says of the order by now; whoever has put the ticket off until then has it back.

    False where nothing is new. Too long a status is cut, with a word of it. Raises `TicketEnded` where it was merged
    or put aside.
    """
    scissors = Scissors()
    said = msgspec.to_builtins(fitting_order(order, scissors))
    with changing(ticket, now=now) as change:
        refuse_ended(ticket, but=[Status.RESOLVED, Status.CLOSED])
        for warning in scissors.warnings():
            change.notice(warning)
        if ticket.order == said:
            return False
        ticket.order = said
        change.record(EventKind.ORDER_CHANGED)
        snoozes.wake_by_order(change)
        return True


def change_customer(*, ticket: Ticket, customer: NewCustomer, by: Agent | None, now: datetime) -> bool:
    """Let the ticket be this customer's, found or made as where one opens; false where it is theirs already.

    What was said as the customer's is theirs then, and what they write from now on joins it. A tier that they have
    becomes the ticket's. Raises `CustomerUnnamed`, `NotAMember`, `TicketMerged`, `CannotRecognise`.
    """
    person = recognised(customer, ticket)
    with changing(ticket, now=now, by=by) as change:
        refuse_ended(ticket, but=_BUT_MERGED)
        if ticket.customer_id == person.pk:
            return False
        change.record(EventKind.CUSTOMER_CHANGED, customer=person.pk, before=ticket.customer_id)
        ticket.customer = person
        _take_over_tier(change, person)
        return True


def recognised(customer: NewCustomer, ticket: Ticket) -> Customer:
    """Find or make them before the ticket is locked: customers come first, everywhere.

    Raises `CustomerUnnamed`, `CannotRecognise`.
    """
    if not (customer.external_id or customer.email):
        raise CustomerUnnamed
    store = ticket.store_id
    known = KnownCustomers(run(*reading_acquaintances([customer], store_id=store)))
    [row] = recognise([(customer, True)], known=known, store_id=store)
    return Customer.objects.get(pk=row.id)


def _take_over_tier(change: TicketChange, person: Customer) -> None:
    if person.tier and person.tier != change.ticket.tier:
        change.ticket.tier = person.tier
        change.record(EventKind.TIER_CHANGED, tier=person.tier)
