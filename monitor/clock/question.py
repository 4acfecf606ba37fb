"""A question: a customer's message that nobody has answered, and who may answer it."""

from __future__ import annotations

from typing import NamedTuple

from monitor.clock.corrections import Event, TakenBack


class Question(NamedTuple):
    """What a customer asked, by the number of its event. The oldest has the clock, the others wait their turn.

    `unheard` are the answers to it that bounced: the numbers of each answer and of its bounce.
    """

    seq: int
    unheard: tuple[tuple[int, int], ...] = ()

    def is_known_to(self, event: Event) -> bool:
        """Whether what this event did can have been meant for it.

        Nobody answers what had not arrived. What was told from outside stands at its own time, and knows
        all that was said before.
        """
        return event.is_told or self.seq < event.seq

    def outlives(self, ending: Event) -> bool:
        """Whether the ticket was ended while an answer seemed to have been heard."""
        return any(reply < ending.seq < bounce for reply, bounce in self.unheard)

    def not_heard(self, reply: Event, bounce: TakenBack) -> Question:
        """Return the question with one more answer that bounced."""
        return Question(self.seq, (*self.unheard, (reply.seq, bounce.seq)))


class Reopening(NamedTuple):
    """What brought an ended ticket back: the message and the event, and how the ticket had ended."""

    message_seq: int
    seq: int
    status: str
