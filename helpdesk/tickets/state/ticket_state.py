"""How a ticket stands between two of its events: its status, who waits for an answer, and whom it asks for."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from helpdesk.models import LIVE_STATUSES, Status, Ticket


class UnansweredMessage(NamedTuple):
    """What a customer asked and nobody has answered: when, and by which event (0: whoever asks knows it).

    `unheard`: the numbers of each answer that bounced, and of its bounce.
    """

    asked_at: datetime
    seq: int = 0
    unheard: tuple[tuple[int, int], ...] = ()


class TicketState(NamedTuple):
    """Where a ticket stands between two of its events.

    `questions` are what nobody has answered, the oldest first: more than one, and more of it than its time, is
    known to `state_of` alone. `unacknowledged_since` is since when the ticket asks for somebody to say "I have
    this", `asked_by` the message that it asks for; null where somebody did, or nobody is asked. `begun`: somebody
    asked, or was written to. `reopened_by`: the message that reopened it, the event, and how it had ended.
    """

    status: str
    questions: tuple[UnansweredMessage, ...] = ()
    unacknowledged_since: datetime | None = None
    begun: bool = True
    asked_by: int = 0
    reopened_by: tuple[int, int, str] | None = None

    @classmethod
    def of(cls, ticket: Ticket) -> TicketState:
        """Return the state that is stored with a ticket."""
        since = ticket.waiting_since
        questions = () if since is None else (UnansweredMessage(since),)
        return cls(ticket.status, questions, ticket.unacknowledged_since, ticket.begun)

    @property
    def is_live(self) -> bool:
        return self.status in LIVE_STATUSES

    @property
    def waiting_since(self) -> datetime | None:
        """Return since when the oldest question waits; null where nobody does."""
        return self.questions[0].asked_at if self.questions else None


def opened(at: datetime, *, initiated_by: str) -> TicketState:
    """Return the state of a new ticket: its customer waits, unless an agent wrote first."""
    if initiated_by == "agent":
        return TicketState(Status.NEW)
    return TicketState(Status.NEW, (UnansweredMessage(at, 1),), at, asked_by=1)
