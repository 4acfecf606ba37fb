"""What became of one conversation of the demo's past: dated facts, one way of several drawn by chance."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

from helpdesk.conversation.answers import AfterReply
from helpdesk.demo.grammar import fill
from helpdesk.demo.rhythm import Rhythm
from helpdesk.demo.topic import Remark, Script, Turns
from helpdesk.history.past_facts import (
    AgentReplied,
    Claimed,
    ClosedByCustomer,
    CustomerWrote,
    NoteWritten,
    PastFact,
    ReceiptSent,
    StatusSet,
    TakenInHand,
)
from helpdesk.models import Agent, Status

Said = TypeVar("Said", bound=Remark)

HELD_OFF = 0.6
"""Of so many of whom something was noted first."""
RECEIPTS_OF_TEN = 3
CLOSED_AFTER = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Scene:
    """A question, who has it, when it is answered, and what chance there is."""

    script: Script
    turns: Turns
    agent: Agent
    asked_at: datetime
    answered_at: datetime
    rhythm: Rhythm
    rng: Random

    def share(self, least: float, most: float) -> datetime:
        """Return an instant within the wait for the first answer."""
        return self.asked_at + (self.answered_at - self.asked_at) * self.rng.uniform(least, most)

    def hours_after(self, at: datetime, least: float, most: float) -> datetime:
        return at + timedelta(hours=self.rng.uniform(least, most))

    def says(self, texts: tuple[str, ...]) -> str:
        return fill(self.rng.choice(texts), self.script.called)

    def fitting(self, remarks: Sequence[Said]) -> Said | None:
        """Return something that fits what was asked, if anything does."""
        fits = [remark for remark in remarks if remark.fits(self.script)]
        return self.rng.choice(fits) if fits else None


def facts(scene: Scene, *, neglected: bool) -> tuple[PastFact, ...]:
    """Return what happened until now, in order of time."""
    life = _neglected if neglected else scene.rng.choices(list(LIVES), weights=list(LIVES.values()))[0]
    told = [*_received(scene), *life(scene)]
    told.sort(key=lambda fact: fact.at)
    return tuple(fact for fact in told if fact.at <= scene.rhythm.until)


def _received(scene: Scene) -> Iterator[PastFact]:
    if scene.rng.randrange(10) < RECEIPTS_OF_TEN:
        yield ReceiptSent(at=scene.asked_at + timedelta(seconds=2), body=scene.turns.receipt)


def _taken(scene: Scene) -> Iterator[PastFact]:
    """Most tickets are somebody's before they are answered."""
    kind = scene.rng.choices([Claimed, TakenInHand, None], weights=[7, 2, 1])[0]
    if kind:
        yield kind(at=scene.share(0.1, 0.6), by=scene.agent)


def _ended(scene: Scene, at: datetime) -> Iterator[PastFact]:
    """A good half of what is resolved is closed some days later."""
    yield StatusSet(at=at, by=scene.agent, status=Status.RESOLVED)
    if scene.rng.random() < 0.6:
        yield StatusSet(at=at + CLOSED_AFTER, status=Status.CLOSED)


def _answered(scene: Scene) -> Iterator[PastFact]:
    yield from _taken(scene)
    yield AgentReplied(at=scene.answered_at, by=scene.agent, body=scene.script.answer)
    yield from _ended(scene, scene.hours_after(scene.answered_at, 0.1, 5))


def _looked_into(scene: Scene) -> Iterator[PastFact]:
    """Somebody notes something first, where there is something to note, and perhaps tells the customer to wait."""
    if not (note := scene.fitting(scene.turns.note)):
        yield from _answered(scene)
        return
    yield NoteWritten(at=scene.share(0.3, 0.9), by=scene.agent, body=note.body)
    yield from (_held_off if scene.rng.random() < HELD_OFF else _answered)(scene)


def _held_off(scene: Scene) -> Iterator[PastFact]:
    """The customer is told at first that it was seen, and of the matter only some hours later."""
    yield from _taken(scene)
    body = scene.says(scene.turns.holds_off)
    yield AgentReplied(at=scene.answered_at, by=scene.agent, body=body, holding=True)
    answered_at = scene.hours_after(scene.answered_at, 1, 9)
    yield AgentReplied(at=answered_at, by=scene.agent, body=scene.script.answer)
    yield from _ended(scene, scene.hours_after(answered_at, 0.1, 5))


def _asked_back(scene: Scene) -> Iterator[PastFact]:
    """The agent needs to know more, and waits for the customer; or simply answers, where nothing is unclear."""
    if not (question := scene.fitting(scene.turns.asks_back)):
        yield from _answered(scene)
        return
    yield from _taken(scene)
    body = fill(question.body, scene.script.called)
    yield AgentReplied(at=scene.answered_at, by=scene.agent, body=body, then=AfterReply.WAIT)
    told_at = scene.hours_after(scene.answered_at, 0.5, 26)
    yield CustomerWrote(at=told_at, body=question.told)
    second_at = scene.rhythm.answered_at(told_at, scene.script, scene.rng)
    yield AgentReplied(at=second_at, by=scene.agent, body=scene.script.answer)
    yield from _ended(scene, scene.hours_after(second_at, 0.1, 3))


def _asked_again(scene: Scene) -> Iterator[PastFact]:
    """The customer grows impatient before anybody answers."""
    yield CustomerWrote(at=scene.share(0.6, 0.95), body=scene.says(scene.turns.asks_again))
    yield from _answered(scene)


def _resolved_too_soon(scene: Scene) -> Iterator[PastFact]:
    """What was called resolved was not, and the customer says so, where that can be."""
    if not (complaint := scene.fitting(scene.turns.not_solved)):
        yield from _answered(scene)
        return
    yield from _taken(scene)
    yield AgentReplied(
        at=scene.answered_at, by=scene.agent, body=scene.script.answer, then=AfterReply.RESOLVE
    )
    back_at = scene.hours_after(scene.answered_at, 2, 40)
    yield CustomerWrote(at=back_at, body=complaint.body)
    second_at = scene.rhythm.answered_at(back_at, scene.script, scene.rng)
    yield AgentReplied(at=second_at, by=scene.agent, body=scene.says(scene.turns.second_answer))
    yield from _ended(scene, scene.hours_after(second_at, 0.1, 3))


def _neglected(scene: Scene) -> Iterator[PastFact]:
    """Nobody ever answers: the customer gives up, somebody tidies up, or it still waits."""
    tidied = scene.rng.random() < 0.8 or scene.rhythm.is_long_ago(scene.asked_at)
    if scene.rng.random() < 0.35:
        yield ClosedByCustomer(at=scene.hours_after(scene.asked_at, 20, 70))
    else:
        yield CustomerWrote(
            at=scene.hours_after(scene.asked_at, 18, 40), body=scene.says(scene.turns.asks_again)
        )
        if tidied:
            yield StatusSet(
                at=scene.hours_after(scene.asked_at, 70, 100), by=scene.agent, status=Status.CLOSED
            )


Life = Callable[[Scene], Iterator[PastFact]]
LIVES: dict[Life, int] = {
    _answered: 62, _asked_back: 14, _looked_into: 10, _resolved_too_soon: 8, _asked_again: 6,
}  # fmt: skip
"""How often each comes, of a hundred."""
