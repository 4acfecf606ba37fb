"""Claims that end: what somebody took and did nothing on goes back to where everybody can take it."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.models import Agent, Author, Draft, HeldReply, Ticket
from helpdesk.refusal import Conflict
from helpdesk.tickets.assignment import keep_claimed, let_go
from helpdesk.tickets.ticket_change import TicketChange, changing

WARNED_BEFORE: Final = timedelta(minutes=2)
"""How long before a claim ends whoever made it is told."""

logger = logging.getLogger(__name__)


class ClaimHasEnded(Conflict):
    """The agent wants to keep what they do not have any more."""

    code = "claim-has-ended"
    sentence = _("It has gone back to the queue. Claim it again, if nobody has.")


def keep(*, ticket: Ticket, by: Agent, now: datetime) -> bool:
    """Keep a claim however little is done on it; false where it lasts already. Raises `ClaimHasEnded`."""
    with changing(ticket, now=now, by=by):
        if ticket.assignee_id != by.pk:
            raise ClaimHasEnded
        return keep_claimed(ticket)


def minutes_left(ticket: Ticket, *, agent: Agent, now: datetime) -> int | None:
    """Return how many minutes whoever made a claim is told that are left; null before, and to everybody else."""
    ends_at = ticket.claim_ends_at
    if ends_at is None or ticket.assignee_id != agent.pk or ends_at > now + WARNED_BEFORE:
        return None
    return max(1, ceil((ends_at - now) / timedelta(minutes=1)))


def end_due(*, now: datetime, limit: int) -> int:
    """End claims whose time is over; return at how many was looked. Several may do so at once."""
    due = Ticket.objects.filter(claim_ends_at__lte=now).order_by("claim_ends_at")
    numbers = list(due.values_list("pk", flat=True)[:limit])
    for number in numbers:
        try:
            _end(number, now=now)
        except Exception:  # whatever it is, the others go on, and it is tried again
            logger.exception("a claim could not be ended; it is tried again")
            _put_off(number, now=now)
    return len(numbers)


def _end(number: int, *, now: datetime) -> None:
    """End one claim, unless somebody else is about to, or it is none any more."""
    with transaction.atomic():
        over = Ticket.objects.filter(pk=number, claim_ends_at__lte=now)
        ticket = over.select_for_update(no_key=True, skip_locked=True).first()
        if ticket is None:
            return
        if _is_being_answered(ticket):
            _put_off(number, now=now)
        elif ticket.is_live and ticket.assignee_id is not None:
            with changing(ticket, now=now, author=Author.SYSTEM) as change:
                _go_back(change)
        else:
            keep_claimed(ticket)


def _go_back(change: TicketChange) -> None:
    let_go(change, reason="claim_ended", held_by=change.ticket.assignee_id)


def _is_being_answered(ticket: Ticket) -> bool:
    """Whether whoever has it is writing, or a reply is on its way, whoever sent it.

    A reply that could not be said is what its author is writing again, and nobody else.
    """
    drafts = Draft.objects.filter(ticket=ticket, author=ticket.assignee_id)
    sent = Q(refused_at=None) | Q(author=ticket.assignee_id)
    return drafts.exists() or HeldReply.objects.filter(sent, ticket=ticket).exists()


def _put_off(number: int, *, now: datetime) -> None:
    """Let a claim that is due last once more; one that was kept or ended meanwhile is left as it is."""
    due = Ticket.objects.filter(pk=number, claim_ends_at__lte=now)
    due.update(claim_ends_at=now + settings.CLAIM_LASTS)
