"""Giving a ticket to somebody, or back to the queue, with a word for whoever has it next."""

from __future__ import annotations

from datetime import datetime

from helpdesk.input.visible_text import is_visible
from helpdesk.models import Agent, Ticket
from helpdesk.tickets.assignment import hand_to, put_back
from helpdesk.tickets.message import Utterance, write_note
from helpdesk.tickets.ticket_change import changing


def hand_over(*, ticket: Ticket, to: Agent | None, by: Agent, word: str, now: datetime) -> bool:
    """Give the ticket to an agent, or to nobody, and write the word beside it as a note, in one act.

    False where neither changed anything. Raises as `assignment.assign`; then the word is not said either.
    """
    with changing(ticket, now=now, by=by) as change:
        changed = put_back(change) if to is None else hand_to(change, to)
        if is_visible(word):
            write_note(change, Utterance(body=word))
        return bool(change.events) or changed
