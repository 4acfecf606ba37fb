"""What can have happened in a conversation, and what each does to its ticket: by the rules of the verbs."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from msgspec import Struct

from helpdesk.conversation.answers import AfterReply, answer, go_on, hear
from helpdesk.history.past_ticket import PastChange, PastTicket
from helpdesk.models import Agent, Author, EventKind, Status
from helpdesk.tickets.assignment import give, let_go, take
from helpdesk.tickets.ended_ticket import refuse_ended
from helpdesk.tickets.message import Utterance, write_note
from helpdesk.tickets.ticket_status import reopen_ended, stand

EndStatus = Literal[Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.RESOLVED, Status.CLOSED]


class PastFact(Struct, kw_only=True, frozen=True):
    """Something that happened at an instant, by an agent or else by whom its kind names.

    What was said may have an `external_id`, by which it is known when it comes again.
    """

    at: datetime
    by: Agent | None = None
    external_id: str | None = None

    otherwise: ClassVar[Author] = Author.SYSTEM

    def begin(self, past: PastTicket, *, now: datetime) -> PastChange:
        """Begin the change that this fact makes."""
        return PastChange(past, now=now, by=self.by, author=Author.AGENT if self.by else self.otherwise)

    def happen(self, change: PastChange) -> None:
        """Do it; raises a `Refused`, and then has changed nothing."""
        raise NotImplementedError


class PastMessage(PastFact, kw_only=True, frozen=True):
    """Something said."""

    body: str

    def _said(self, *, author_name: str = "", automatic: bool = False, holding: bool = False) -> Utterance:
        return Utterance(
            body=self.body,
            sent_at=self.at,
            external_id=self.external_id,
            author_name=author_name,
            automatic=automatic,
            holding=holding,
        )


class CustomerWrote(PastMessage, kw_only=True, frozen=True):
    """The customer said more."""

    automatic: bool = False
    otherwise: ClassVar[Author] = Author.CUSTOMER

    def happen(self, change: PastChange) -> None:
        hear(change, self._said(automatic=self.automatic))


class AgentReplied(PastMessage, kw_only=True, frozen=True):
    """An agent, who may be known by name alone, answered in public, and then perhaps waited, or called it resolved."""

    name: str = ""
    then: AfterReply = AfterReply.KEEP_OPEN
    holding: bool = False
    otherwise: ClassVar[Author] = Author.AGENT

    def happen(self, change: PastChange) -> None:
        message = answer(change, self._said(author_name=self.name, holding=self.holding))
        go_on(change, self.then, message)


class BotReplied(PastMessage, kw_only=True, frozen=True):
    """A machine answered in public."""

    name: str = ""
    otherwise: ClassVar[Author] = Author.BOT

    def happen(self, change: PastChange) -> None:
        answer(change, self._said(author_name=self.name))


class ReceiptSent(PastMessage, kw_only=True, frozen=True):
    """The customer was told automatically that their message came in."""

    def happen(self, change: PastChange) -> None:
        answer(change, self._said(automatic=True))


class NoteWritten(PastMessage, kw_only=True, frozen=True):
    """An agent, or else a machine, noted what the customer never sees."""

    name: str = ""
    otherwise: ClassVar[Author] = Author.BOT

    def happen(self, change: PastChange) -> None:
        write_note(change, self._said(author_name=self.name))


class AgentNoted(NoteWritten, kw_only=True, frozen=True):
    """An agent who is known by name alone noted what the customer never sees."""

    otherwise: ClassVar[Author] = Author.AGENT


class TakenInHand(PastFact, kw_only=True, frozen=True):
    """An agent said "I have this" without taking the ticket."""

    by: Agent

    def happen(self, change: PastChange) -> None:
        refuse_ended(change.ticket)
        if change.ticket.unacknowledged_since is not None:
            change.record(EventKind.ACKNOWLEDGED, occurred_at=self.at)


class Claimed(PastFact, kw_only=True, frozen=True):
    """An agent took the ticket."""

    by: Agent

    def happen(self, change: PastChange) -> None:
        take(change, self.by, self.at)


class HandedTo(PastFact, kw_only=True, frozen=True):
    """Somebody gave the ticket to an agent, who need not work in its queue any more."""

    to: Agent

    def happen(self, change: PastChange) -> None:
        refuse_ended(change.ticket)
        if change.ticket.assignee_id != self.to.pk:
            give(change, self.to, self.at)


class PutBack(PastFact, kw_only=True, frozen=True):
    """The ticket was put back where everybody can take it."""

    def happen(self, change: PastChange) -> None:
        refuse_ended(change.ticket)
        if change.ticket.assignee_id is not None:
            let_go(change, self.at)


class StatusSet(PastFact, kw_only=True, frozen=True):
    """The ticket was made to stand so, or to end so."""

    status: EndStatus

    def happen(self, change: PastChange) -> None:
        stand(change, self.status, self.at)


class ClosedByCustomer(PastFact, kw_only=True, frozen=True):
    """The customer wanted no more."""

    otherwise: ClassVar[Author] = Author.CUSTOMER

    def happen(self, change: PastChange) -> None:
        stand(change, Status.CLOSED, self.at)


class BroughtBack(PastFact, kw_only=True, frozen=True):
    """An agent, or else the customer, opened a ticket again that had ended."""

    otherwise: ClassVar[Author] = Author.CUSTOMER

    def happen(self, change: PastChange) -> None:
        reopen_ended(change, self.at)
