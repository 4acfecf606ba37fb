"""Tickets that are spam: put aside, their sender blocked if wished, and back again."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from helpdesk.input.visible_text import isolated
from helpdesk.mail.spam import sender_blocks
from helpdesk.models import Agent, Status, Ticket
from helpdesk.tickets import ticket_status


def mark_spam(*, ticket: Ticket, by: Agent, now: datetime, sender: str = "", for_good: bool = False) -> bool:
    """Put a ticket aside as spam, and block one of its senders if one is named; false where it was spam already.

    Raises `NotAMember`, and as `sender_blocks.block`.
    """
    changed = ticket_status.mark_spam(ticket=ticket, by=by, now=now)
    if sender:
        sender_blocks.block(ticket=ticket, sender=sender, for_good=for_good, by=by, now=now)
        _notice(ticket, _("Mail from %(sender)s is stopped from now on."), sender)
    return changed


def lift_with(ticket: Ticket, *, now: datetime) -> None:
    """Let mail in again that was stopped for a ticket that is no spam after all."""
    blocks = [] if ticket.status == Status.SPAM else list(ticket.sender_blocks.in_force(now))
    sender_blocks.lift(blocks, now=now)
    for block in blocks:
        _notice(ticket, _("Mail from %(sender)s comes in again."), block.sender)


def _notice(ticket: Ticket, sentence: str, sender: str) -> None:
    ticket.noticed = (*ticket.noticed, sentence % {"sender": isolated(sender)})
