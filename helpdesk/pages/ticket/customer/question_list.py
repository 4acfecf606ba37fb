"""Attention before haste: what the customer asked and nobody has answered, beside the reply that is being written."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from django.utils.translation import ngettext

from helpdesk.conversation.attention.questions import questions_in
from helpdesk.models import Agent, Author, Ticket
from helpdesk.pages.ticket.timeline.timeline import Timeline
from helpdesk.pages.ticket.timeline.timeline_message import TimelineMessage


@dataclass(frozen=True, slots=True)
class ListedQuestion:
    """A question, and what it is known by, so that a tick stays with it."""

    words: str
    key: str

    @classmethod
    def of(cls, words: str) -> Self:
        return cls(words, sha256(words.encode()).hexdigest()[:16])


def question_list(history: Timeline, ticket: Ticket, *, agent: Agent) -> list[ListedQuestion]:
    """Return what is asked in the shown messages that wait for an answer; nothing where that is not switched on."""
    if not is_listed_for(agent, ticket) or ticket.waiting_since is None:
        return []
    messages = (item for item in (*history.opening, *history.items) if isinstance(item, TimelineMessage))
    asked = [item.said.new for item in messages if _waits(item, ticket)]
    return [ListedQuestion.of(words) for words in questions_in(asked)]


def is_listed_for(agent: Agent, ticket: Ticket) -> bool:
    """Tell whether an agent has questions listed: by their own choice, else as the queue has it."""
    chosen = agent.lists_questions
    return ticket.queue.lists_questions if chosen is None else chosen


def _waits(item: TimelineMessage, ticket: Ticket) -> bool:
    said = item.message.author == Author.CUSTOMER and not item.message.automatic
    return said and ticket.waiting_since is not None and item.event.occurred_at >= ticket.waiting_since


def unticked_words(most: int) -> list[str]:
    """Say of each number of questions, up to the most there are, that so many are not ticked; of none nothing."""
    said = (
        ngettext("%d question is not ticked", "%d questions are not ticked", count) % count
        for count in range(1, most + 1)
    )
    return ["", *said]
