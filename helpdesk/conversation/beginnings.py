"""Conversations as they begin: by whoever asked, or by an agent, whose first word leaves by mail as any reply does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from helpdesk.conversation.mailed_replies import NO_COPIES, let_first_words_leave
from helpdesk.conversation.recipients import Recipient
from helpdesk.models import Queue, Store, Ticket
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
    follows: Ticket | None = None,
) -> list[Opened]:
    """Open a ticket for each shape as `open_tickets` does, and let what we have said first leave by mail.

    `cc` says by a shape's place who gets a copy of that. What `follows` a ticket comes to its queue, while that is in
    use. Raises as `open_tickets` and `let_first_words_leave`.
    """
    queue = _queue_of(follows)
    opened = opening.open_tickets(shapes, store=store, queue=queue, now=now, first_words=first_words)
    _let_follow(follows, opened)
    ours = {
        place: one.ticket
        for place, (shape, word, one) in enumerate(zip(shapes, first_words, opened, strict=True))
        if one.ticket and one.created and word.writes_first and not shape.imported
    }
    copies = {ticket.pk: cc.get(place, ()) for place, ticket in ours.items()}
    let_first_words_leave(list(ours.values()), now=now, cc=copies)
    return opened


def _let_follow(ended: Ticket | None, opened: Sequence[Opened]) -> None:
    new = [one.ticket.pk for one in opened if one.ticket and one.created]
    if ended:
        Ticket.objects.filter(pk__in=new).update(follows=ended)


def _queue_of(ended: Ticket | None) -> Queue | None:
    return ended.queue if ended and ended.queue.retired_at is None else None
