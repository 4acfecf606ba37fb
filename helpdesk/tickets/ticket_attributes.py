"""What kind of ticket it is: priority, queue, tags, tier."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from helpdesk.input.visible_text import one_line
from helpdesk.models import Agent, EventKind, Priority, Queue, Ticket
from helpdesk.refusal import Refused
from helpdesk.tickets.assignment import let_go
from helpdesk.tickets.ended_ticket import refuse_ended
from helpdesk.tickets.membership import stays
from helpdesk.tickets.opening.draft import LONGEST_TAG, LONGEST_TIER, MOST_TAGS
from helpdesk.tickets.ticket_change import changing


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


def change_queue(*, ticket: Ticket, queue: Queue, by: Agent | None, now: datetime) -> bool:
    """Hand the ticket to another team; an assignee who doesn't work there lets go of it."""
    with changing(ticket, now=now, by=by) as change:
        refuse_ended(ticket)
        if ticket.queue_id == queue.pk:
            return False
        if ticket.assignee and not stays(ticket.assignee, queue_id=queue.pk):
            let_go(change)
        ticket.queue = queue
        change.record(EventKind.QUEUE_CHANGED, queue=queue.pk)
        return True


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
