"""A message as part of a change to a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db.models import Q

from helpdesk.input.visible_text import Scissors
from helpdesk.models import Agent, Author, EventKind, Message, Status, Way
from helpdesk.tickets.assignment import let_go_of_the_absent
from helpdesk.tickets.opening.draft import fitting_body
from helpdesk.tickets.ticket_change import TicketChange


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """What somebody says: when (null: now), under which name, and whether a machine sent it by itself.

    What has an external id is known by it when it comes again. `way` is for an answer that was not given from here,
    `holding` for one that says no more than that the question was seen.
    """

    body: str
    sent_at: datetime | None = None
    external_id: str | None = None
    author_name: str = ""
    automatic: bool = False
    way: str = ""
    holding: bool = False

    @property
    def is_to_be_read(self) -> bool:
        """Whether these are the words that the customer gets, not a note of what they were told."""
        return self.way in ("", Way.MAIL)


def said_before(change: TicketChange, external_id: str | None) -> Message | None:
    """Return the message with this external id, if there is one: what comes twice is said once.

    It is looked for on the ticket that changes, and on all that led to it: what was meant for the first was said on
    whichever was the last then, or was split off since.
    """
    if external_id is None:
        return None
    places = {ticket.pk: ticket for ticket in (change.ticket, *change.came_by)}
    there = Q(ticket__in=places) | Q(ticket__split_from__in=places)
    known = Message.objects.select_related("agent", "ticket").filter(
        there, store=change.ticket.store_id, external_id=external_id
    )
    message = known.first()
    if message is not None:
        message.ticket = places.get(message.ticket_id, message.ticket)
    return message


def say(change: TicketChange, utterance: Utterance, *, public: bool = True) -> Message:
    """Say something as whoever acts in this change; stored with it. Raises what `told_time.told` raises."""
    message = _message(change, utterance, public=public)
    change.messages.append(message)
    return message


def _message(change: TicketChange, utterance: Utterance, *, public: bool) -> Message:
    scissors = Scissors()
    said = asdict(utterance) | {
        "sent_at": change.said_at(utterance.sent_at),
        "body": fitting_body(utterance.body, scissors, pointer="/body"),
    }
    return Message(
        ticket=change.ticket,
        store_id=change.ticket.store_id,
        author=change.author,
        agent=change.by,
        public=public,
        received_at=change.now,
        rest=scissors.rest(),
        **said,
    )


def write_note(change: TicketChange, utterance: Utterance, *, mentions: Sequence[Agent] = ()) -> Message:
    """Write what the customer never sees; the event says whom it mentions, by number."""
    message = say(change, utterance, public=False)
    named = {"mentions": [agent.pk for agent in mentions]} if mentions else {}
    change.record(EventKind.NOTE_ADDED, occurred_at=message.sent_at, message=message, **named)
    return message


def bring_back(
    change: TicketChange, *, by: Author, occurred_at: datetime | None = None, message_seq: int | None = None
) -> None:
    """Let a ticket that waits, or rests resolved, stand open again: for the message of that event, if for one."""
    status = Status(change.ticket.status)
    if status == Status.RESOLVED:
        why = {} if message_seq is None else {"message_seq": message_seq}
        change.record(EventKind.REOPENED, occurred_at=occurred_at, message=None, by=by, **why)
        let_go_of_the_absent(change)
    elif status in (Status.PENDING, Status.ON_HOLD):
        change.turn(Status.OPEN, occurred_at=occurred_at)
