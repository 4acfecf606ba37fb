"""Making two tickets of one: what is about something else goes to a ticket of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from helpdesk.database.statement import run
from helpdesk.input.visible_text import one_line
from helpdesk.models import (
    Agent,
    Author,
    Customer,
    EventKind,
    Leaving,
    Message,
    Status,
    Ticket,
    TicketEvent,
    WebhookKind,
)
from helpdesk.models.reference import reference_of
from helpdesk.refusal import Conflict, Refused
from helpdesk.tickets import event_relays
from helpdesk.tickets.ended_ticket import refuse_ended
from helpdesk.tickets.opening.draft import LONGEST_SUBJECT, beginning
from helpdesk.tickets.opening.new_ticket import NewCustomer
from helpdesk.tickets.opening.ticket_rows import reserving
from helpdesk.tickets.splitting import moved_messages
from helpdesk.tickets.splitting.split_story import SplitStory, opened_as, retold_event
from helpdesk.tickets.state.ticket_story import state_of
from helpdesk.tickets.ticket_attributes import recognised
from helpdesk.tickets.ticket_change import TicketChange, changing
from helpdesk.webhooks import webhook_facts
from helpdesk.webhooks.webhook_facts import ToldFact


class NothingToSplit(Refused):
    """No message was chosen that a ticket can begin with: by the customer, by an agent, or a note."""

    code = "nothing-to-split"
    place = "/messages"
    sentence = _("Choose at least one message by the customer or by one of us.")


class OpeningStays(Refused):
    """The message by which the ticket was opened is what the ticket is about."""

    code = "opening-stays"
    place = "/messages"
    sentence = _("The first message stays with its ticket. Choose those that are about something else.")


class MessageElsewhere(Conflict):
    """One of the messages is not on the ticket any more."""

    code = "message-elsewhere"
    sentence = _("One of these messages is no longer on this ticket. Look at them again.")


class StillLeaving(Conflict):
    """A reply is on its way out: what becomes of it has to be known first."""

    code = "still-leaving"
    sentence = _("One of these replies is still leaving. Wait until it has left, then split it off.")


class SystemLine(Refused):
    """A receipt, or another line of a machine's, belongs to the ticket that it speaks of."""

    code = "system-line"
    place = "/messages"
    sentence = _("What a machine has sent by itself stays with its ticket.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """What goes: the messages by their numbers, whose they are (null: the same customer's), and what they are about."""

    messages: Collection[int]
    customer: NewCustomer | None
    subject: str


def split(wanted: Split, *, ticket: Ticket, by: Agent | None, now: datetime) -> Ticket:
    """Let messages of a ticket go to a ticket of their own, and return it.

    It is sorted as this one is, whoever has this one has it too, and its clocks start when the first of them was
    said; this one's are as if it never had them. Raises the refusals above, `TicketEnded`, `NotAMember`, and what
    `recognised` raises.
    """
    person = None if wanted.customer is None else recognised(wanted.customer, ticket)
    with changing(ticket, now=now, by=by) as change:
        refuse_ended(ticket, but=[Status.RESOLVED, Status.CLOSED])
        chosen = _chosen(ticket, wanted.messages)
        story = SplitStory(change.all_events(), {message.pk for message in chosen})
        if story.opening is None:
            raise NothingToSplit
        other = _open(
            change, story, story.opening, customer=person or ticket.customer, subject=wanted.subject
        )
        moved_messages.move([message.pk for message in chosen], to=other)
        change.record(EventKind.SPLIT_OFF, ticket=other.pk, seqs=story.seqs)
    return other


def subject_of(chosen: Sequence[Message], ticket: Ticket) -> str:
    """Propose what the messages are about: what the first of them begins with, else what the ticket is about."""
    return beginning(chosen[0].body) or ticket.subject


def _chosen(ticket: Ticket, ids: Collection[int]) -> list[Message]:
    chosen = list(Message.objects.filter(ticket=ticket, pk__in=ids).select_related("mailed"))
    if len(chosen) < len(set(ids)):
        raise MessageElsewhere
    if not chosen:
        raise NothingToSplit
    for message in chosen:
        _check(message)
    if TicketEvent.objects.filter(ticket=ticket, seq=1, message__in=chosen).exists():
        raise OpeningStays
    return chosen


def _check(message: Message) -> None:
    if message.author == Author.SYSTEM or (message.automatic and message.author != Author.CUSTOMER):
        raise SystemLine
    mailed = getattr(message, "mailed", None)
    if mailed is not None and mailed.state == Leaving.LEAVING:
        raise StillLeaving


def _open(
    change: TicketChange, story: SplitStory, opening: TicketEvent, *, customer: Customer, subject: str
) -> Ticket:
    other = _beside(change.ticket, opening, customer, subject)
    events = list(_retold(change, story, opening, other))
    events += _settled(change, other, events)
    _stand(other, events)
    other.save(force_insert=True)
    TicketEvent.objects.bulk_create(events)
    webhook_facts.note([ToldFact(WebhookKind.TICKET_OPENED, other, change.author)], now=change.now)
    event_relays.relay([other], now=change.now)
    return other


def _beside(ticket: Ticket, opening: TicketEvent, customer: Customer, subject: str) -> Ticket:
    """Return the ticket that is opened beside this one, sorted as it is; a tier is its customer's."""
    [(ticket_id, _message_id)] = run(*reserving(1))
    is_theirs = customer.pk == ticket.customer_id
    reference = reference_of(ticket_id)
    return Ticket(
        pk=ticket_id,
        reference=reference,
        store_id=ticket.store_id,
        queue_id=ticket.queue_id,
        customer=customer,
        assignee=ticket.assignee,
        split_from=ticket,
        subject=one_line(subject)[:LONGEST_SUBJECT] or reference,
        priority=ticket.priority,
        channel=ticket.channel,
        tier=ticket.tier if is_theirs else customer.tier,
        language=ticket.language if is_theirs else customer.locale.partition("-")[0].lower(),
        tags=ticket.tags,
        order=ticket.order if is_theirs else None,
        occurred_at=opening.occurred_at,
        received_at=max(opening.recorded_at, opening.occurred_at),
    )


def _retold(
    change: TicketChange, story: SplitStory, opening: TicketEvent, other: Ticket
) -> Iterator[TicketEvent]:
    """Yield what has happened on the other ticket by now, as it is told there."""
    by = change.by.pk if change.by else None
    alike = {"ticket": other, "store_id": other.store_id, "recorded_at": change.now}
    said = opened_as(opening, other, out_of=change.ticket, by=by)
    yield retold_event(opening, seq=1, kind=EventKind.OPENED, payload=said, **alike)
    for seq, (event, kind, payload) in enumerate(story.retold(), start=2):
        yield retold_event(event, seq=seq, kind=kind, payload=payload, **alike)


def _settled(change: TicketChange, other: Ticket, told: Sequence[TicketEvent]) -> Iterator[TicketEvent]:
    """Yield what is settled by the split itself: what one of us has written on is no new one, and who has it."""
    settled: list[tuple[EventKind, dict[str, object]]] = []
    if state_of(told).status == Status.NEW and any(map(_is_ours, told)):
        settled.append((EventKind.STATUS_CHANGED, {"status": Status.OPEN.value}))
    if other.assignee_id is not None:
        settled.append((EventKind.ASSIGNED, {"agent": other.assignee_id, "claimed": False}))
    for seq, (kind, payload) in enumerate(settled, start=len(told) + 1):
        yield _made_now(change, other, seq=seq, kind=kind, payload=payload)


def _made_now(change: TicketChange, other: Ticket, **said: Any) -> TicketEvent:
    at, who = change.now, {"actor_kind": change.author, "actor": change.by}
    return TicketEvent(ticket=other, store_id=other.store_id, occurred_at=at, recorded_at=at, **who, **said)


def _is_ours(event: TicketEvent) -> bool:
    return "agent" in (event.payload.get("author"), event.payload.get("initiated_by"))


def _stand(ticket: Ticket, events: Sequence[TicketEvent]) -> None:
    """Let the ticket stand as its events say."""
    state = state_of(events)
    ticket.status = state.status
    ticket.begun = state.begun
    ticket.waiting_since = state.waiting_since
    ticket.unacknowledged_since = state.unacknowledged_since
    ticket.last_seq = len(events)
    ticket.last_event_at = max(event.occurred_at for event in events)
