"""Conversations as they begin: by whoever asked, or by an agent, whose first word leaves by mail as any reply does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from helpdesk.conversation.mailed_replies import let_first_words_leave
from helpdesk.models import Store
from helpdesk.tickets.opening import opening
from helpdesk.tickets.opening.first_word import FirstWord
from helpdesk.tickets.opening.new_ticket import NewTicket
from helpdesk.tickets.opening.opening import Opened


def begin(
    shapes: Sequence[NewTicket], *, store: Store, now: datetime, first_words: Sequence[FirstWord]
) -> list[Opened]:
    """Open a ticket for each shape as `open_tickets` does, and let what we have said first leave by mail."""
    opened = opening.open_tickets(shapes, store=store, now=now, first_words=first_words)
    told = zip(shapes, first_words, opened, strict=True)
    ours = [one for shape, word, one in told if one.created and word.writes_first and not shape.imported]
    let_first_words_leave([one.ticket for one in ours if one.ticket is not None], now=now)
    return opened
