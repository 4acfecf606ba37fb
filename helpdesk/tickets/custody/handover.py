"""Giving a ticket to somebody, or back to the queue, with a word for whoever has it next."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from helpdesk.input.visible_text import is_visible
from helpdesk.models import Agent, Ticket
from helpdesk.refusal import Conflict
from helpdesk.tickets.assignment import hand_to, put_back
from helpdesk.tickets.message import Utterance, write_note
from helpdesk.tickets.ticket_change import changing


class HeldByAnother(Conflict):
    """Somebody takes a ticket over from who does not have it any more."""

    code = "held-by-another"
    sentence = _("Somebody else has it by now, or nobody. Look again.")


def take_over(*, ticket: Ticket, holder: int | None, by: Agent, now: datetime) -> None:
    """Take the ticket from the agent who was named as having it; raises `HeldByAnother` where they do not any more."""
    with changing(ticket, now=now, by=by) as change:
        if ticket.assignee_id is None or ticket.assignee_id != holder:
            raise HeldByAnother
        hand_to(change, by)


def hand_over(*, ticket: Ticket, to: Agent | None, by: Agent, word: str, now: datetime) -> bool:
    """Give the ticket to an agent, or to nobody, and write the word beside it as a note, in one act.

    False where neither changed anything. Raises as `assignment.assign`; then the word is not said either.
    """
    with changing(ticket, now=now, by=by) as change:
        changed = put_back(change) if to is None else hand_to(change, to)
        if is_visible(word):
            write_note(change, Utterance(body=word))
        return bool(change.events) or changed
