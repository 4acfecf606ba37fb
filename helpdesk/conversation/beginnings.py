"""Conversations as they begin: by whoever asked, or by an agent, whose first word leaves by mail as any reply does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from helpdesk.conversation.mailed_replies import NO_COPIES, let_first_words_leave
from helpdesk.conversation.recipients import Recipient
from helpdesk.models import Store
from helpdesk.tickets.opening import opening
from helpdesk.tickets.opening.first_word import FirstWord
from helpdesk.tickets.opening.new_ticket import NewTicket
from helpdesk.tickets.opening.opening import Opened


def begin(
    shapes: Sequence[NewTicket],
    *,
    store: Store,
    now: datetime,
    first_words: Sequence[FirstWord],
    cc: Mapping[int, Sequence[Recipient]] = NO_COPIES,
) -> list[Opened]:
    """Open a ticket for each shape as `open_tickets` does, and let what we have said first leave by mail.

    `cc` says by a shape's place who gets a copy of that. Raises as `open_tickets` and `let_first_words_leave`.
    """
    opened = opening.open_tickets(shapes, store=store, now=now, first_words=first_words)
    told = enumerate(zip(shapes, first_words, opened, strict=True))
    ours = {
        place: one.ticket
        for place, (shape, word, one) in told
        if one.ticket and one.created and word.writes_first and not shape.imported
    }
    copies = {ticket.pk: cc.get(place, ()) for place, ticket in ours.items()}
    let_first_words_leave(list(ours.values()), now=now, cc=copies)
    return opened
