"""Who waits on a ticket because of one that went up in it: said anew once it is known what became of a reply."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from helpdesk.models import Author, EventKind, Ticket, TicketEvent
from helpdesk.tickets.state.ticket_story import state_of, undone_seqs
from helpdesk.tickets.ticket_change import TicketChange


def pass_on_waits(chain: Sequence[TicketChange]) -> bool:
    """Let each ticket of a chain, each merged into the next, bring to the others who waits on it by what is known now.

    A wait that is older than was known is taken in by the last; one that is known now not to have been so long never
    was. Returns whether somebody waits on the last, whom nobody has answered there since, because of the first.
    """
    waits = [_pass_on(chain[place:]) for place in range(len(chain) - 1)]
    return waits[:1] == [True]


def _pass_on(chain: Sequence[TicketChange]) -> bool:
    gone, *survivors = chain
    since = _waiting_but_for_the_merge(gone)
    for survivor in survivors:
        _take_back(survivor, gone.ticket, longer_than=since)
    if since is None or any(map(_has_answered, chain[:-1], survivors)):
        return False
    if since not in [_since(event) for one in survivors for event in _standing(one, gone.ticket)]:
        last = survivors[-1]
        last.record(EventKind.ABSORBED, ticket=gone.ticket.pk, waiting_since=since.isoformat())
    return True


def _waiting_but_for_the_merge(change: TicketChange) -> datetime | None:
    """Return since when the ticket's customer would wait if it had not been merged."""
    return state_of(each for each in change.all_events() if each.kind != EventKind.MERGED_INTO).waiting_since


def _take_back(survivor: TicketChange, gone: Ticket, *, longer_than: datetime | None) -> None:
    """Undo what said that the customer of the other waits since earlier than they do; null where they do not."""
    wrong = [
        event.seq
        for event in _standing(survivor, gone)
        if (told := _since(event)) is not None and (longer_than is None or told < longer_than)
    ]
    if wrong:
        survivor.record(EventKind.UNDONE, seqs=wrong)


def _standing(survivor: TicketChange, gone: Ticket) -> list[TicketEvent]:
    """Return by which events the ticket took in the other, but for those that were undone."""
    undone = undone_seqs(survivor.all_events())
    return [event for event in _brought(survivor, gone) if event.seq not in undone]


def _brought(survivor: TicketChange, gone: Ticket) -> list[TicketEvent]:
    told = survivor.all_events()
    return [each for each in told if each.kind == EventKind.ABSORBED and each.payload["ticket"] == gone.pk]


def _since(event: TicketEvent) -> datetime | None:
    told = event.payload["waiting_since"]
    return datetime.fromisoformat(told) if told else None


def _has_answered(gone: TicketChange, survivor: TicketChange) -> bool:
    """Tell whether a person has answered on the ticket since the other, for the last time, went up in it."""
    merges = [each.recorded_at for each in gone.all_events() if each.kind == EventKind.MERGED_INTO]
    came = [each.seq for each in _brought(survivor, gone.ticket) if each.recorded_at >= max(merges)]
    return bool(came) and answered_after(survivor.ticket, came[0])


def answered_after(ticket: Ticket, seq: int) -> bool:
    """Tell whether an answer by a person after this event did arrive."""
    later = TicketEvent.objects.filter(
        ticket=ticket,
        seq__gt=seq,
        kind=EventKind.PUBLIC_REPLY_SENT,
        payload__author=Author.AGENT,
        payload__automatic=False,
        message__bounced_at=None,
        message__ticket=ticket,
    )
    return later.exists()
