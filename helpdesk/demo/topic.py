"""What a demo customer's words are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from helpdesk.tickets.opening.new_ticket import Urgency


@dataclass(frozen=True, slots=True)
class Script:
    """One customer's question, and the answer that they get if they get one; `called` is what an answer calls them."""

    language: str
    name: str
    subject: str
    question: str
    answer: str
    priority: Urgency = "normal"
    channel: str = "contact_form"
    tags: tuple[str, ...] = ()
    tier: str = ""
    order: str = ""
    called: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """What one can ask about a product or an order; `{product}`, `{the_product}`, `{order}`, `{days}` and
    `{name}` stand for what is drawn."""

    subject: str
    question: str
    answer: str
    tags: tuple[str, ...]
    priority: Urgency = "normal"
    channel: str = "contact_form"

    def about(self, words: Mapping[str, str | int]) -> Self:
        """Return the topic with what is drawn in the place of what stands for it."""
        return replace(
            self,
            subject=self.subject.format(**words),
            question=self.question.format(**words),
            answer=self.answer.format(**words),
        )


@dataclass(frozen=True, slots=True)
class Remark:
    """What may be said later on, about matters with one of these tags; with none, about any."""

    body: str
    tags: frozenset[str] = frozenset()

    def fits(self, script: Script) -> bool:
        return not self.tags or not self.tags.isdisjoint(script.tags)


@dataclass(frozen=True, slots=True)
class CounterQuestion(Remark):
    """What an agent needs to know first, and what the customer tells them."""

    told: str = ""


@dataclass(frozen=True, slots=True)
class Turns:
    """What is said later; what fits not every matter says which it fits."""

    receipt: str
    asks_again: tuple[str, ...]
    asks_back: tuple[CounterQuestion, ...]
    not_solved: tuple[Remark, ...]
    second_answer: tuple[str, ...]
    holds_off: tuple[str, ...]
    note: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class Language:
    """The words of one language: whole names with what an answer calls their bearers, products bare and definite."""

    code: str
    names: tuple[tuple[str, str], ...]
    products: tuple[tuple[str, str], ...]
    topics: tuple[Topic, ...]
    turns: Turns
