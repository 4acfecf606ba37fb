"""Tickets that are spam: put aside, their sender blocked if wished, and back again."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from helpdesk.input.visible_text import isolated
from helpdesk.mail.spam import sender_blocks
from helpdesk.models import Agent, EventKind, Status, Ticket, TicketEvent
from helpdesk.tickets import ticket_status, undo


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


def undo_last(*, ticket: Ticket, by: Agent, now: datetime, seq: int | None = None) -> bool:
    """Take back what the agent did last, with what it meant for mail of the ticket's senders; else as `undo.undo`."""
    undone = undo.undo(ticket=ticket, by=by, now=now, seq=seq)
    lift_with(ticket, now=now)
    if undone:
        _block_again_with(ticket, now=now)
    return undone


def _block_again_with(ticket: Ticket, *, now: datetime) -> None:
    """Stop mail again that was let in when a ticket was restored: that is undone, and it is spam as before."""
    restored = TicketEvent.objects.filter(ticket=ticket, kind=EventKind.RESTORED).order_by("-seq")
    if ticket.status != Status.SPAM or not restored.exists():
        return
    for block in sender_blocks.put_back(ticket, lifted_at=restored[0].recorded_at, now=now):
        _notice(ticket, _("Mail from %(sender)s is stopped again."), block.sender)


def _notice(ticket: Ticket, sentence: str, sender: str) -> None:
    ticket.noticed = (*ticket.noticed, sentence % {"sender": isolated(sender)})
