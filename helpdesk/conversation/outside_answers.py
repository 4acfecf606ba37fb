"""Answers that left by mail from another program, and were found where it keeps what was sent."""

from __future__ import annotations

from datetime import datetime

from helpdesk.conversation.answers import AfterReply, answer, settle
from helpdesk.conversation.follow_ups import merged_into
from helpdesk.models import Agent, Author, Message, Ticket, Way
from helpdesk.tickets.message import Utterance
from helpdesk.tickets.ticket_change import changing_onward


def take_in_answer(
    *,
    ticket: Ticket,
    by: Agent | None,
    body: str,
    now: datetime,
    sent_at: datetime,
    author_name: str = "",
    automatic: bool = False,
    imported: bool = False,
) -> Message:
    """Take in what the customer was answered outside Attend: it counts from when it was sent, however late we find it.

    The agent may be a mere name; what a program sent by itself answers nothing. Nothing leaves. Raises
    `TicketEnded` and `NotAMember`.
    """
    said = Utterance(body=body, sent_at=sent_at, author_name=author_name, automatic=automatic, way=Way.MAIL)
    author = Author.SYSTEM if automatic else Author.AGENT
    with changing_onward(ticket, merged_into, now=now, by=by, author=author, imported=imported) as change:
        change.is_witnessed = True
        return answer(change, said) if automatic else settle(change, said, AfterReply.KEEP_OPEN)
