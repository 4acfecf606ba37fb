"""Waiting: which questions nobody has answered, and whose turn it is to have the response clock."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from monitor.clock.corrections import Event, TakenBack
from monitor.clock.fold import Fold
from monitor.clock.metrics import RESPONSES, Metric, Outcome
from monitor.clock.question import Question
from monitor.clock.timer import Timer


def response_clock(fold: Fold) -> Timer | None:
    """Return the clock of the oldest question."""
    return next((fold.running[metric] for metric in RESPONSES if metric in fold.running), None)


def questions_known_to(fold: Fold, event: Event) -> list[Question]:
    return [question for question in fold.questions if question.is_known_to(event)]


def ask(fold: Fold, at: datetime, event: Event) -> None:
    """Let a question wait for an answer: the oldest has the clock, the others wait their turn.

    Where events were told out of order, an answer may come that knows only the older ones: what the others
    have waited is counted from the start.
    """
    waits = bool(fold.questions)
    fold.questions = (*fold.questions, Question(event.seq))
    if response_clock(fold) is None:
        fold.start([_next_metric(fold)], at, event, asked=True)
    elif waits and not fold.in_order:
        fold.under_way[event.seq] = fold.begin(Metric.NEXT_RESPONSE, at, event, asked=True)


def asked_by(fold: Fold, at: datetime, reopening: Event) -> int:
    """Return the message that reopened a ticket; where none is named and nobody waits, somebody does from now on."""
    message_seq: int | None = reopening.payload.get("message_seq")
    if message_seq is not None:
        return message_seq
    if not fold.questions:
        ask(fold, at, reopening)
    return fold.questions[-1].seq


def let_go(fold: Fold, questions: Collection[Question], outcome: Outcome, at: datetime, event: Event) -> None:
    """Let nobody wait for these any more; the clock of the oldest ends, and the next has its turn."""
    timer = response_clock(fold)
    if not questions or timer is None:
        return
    ends = fold.questions[0] in questions
    fold.questions = tuple(one for one in fold.questions if one not in questions)
    for question in questions:
        fold.under_way.pop(question.seq, None)
    if ends:
        fold.end_one(timer, outcome, at, event)
        _have_turn(fold)


def hear_nothing(fold: Fold, at: datetime, reply: Event, bounce: TakenBack) -> None:
    """Wait through an answer that will have bounced."""
    known, timer = questions_known_to(fold, reply), response_clock(fold)
    if timer is not None and fold.questions[0] in known:
        fold.running[timer.beginning.metric] = timer.bridge(at, bounce)
    fold.questions = tuple(one.not_heard(reply, bounce) if one in known else one for one in fold.questions)


def wait_since(fold: Fold, since: datetime, at: datetime, event: Event) -> None:
    """Take in who waits on another ticket: an older wait, or one of its own."""
    timer = response_clock(fold)
    if timer is None or not fold.questions[0].is_known_to(event):
        if timer is not None and since >= timer.meter.started_at:
            return
        timer = _wait_before(fold, timer, at, event)
    if since < timer.meter.started_at:
        moved = timer.move_start(since, at=at, event=event, book=fold.book)
        fold.drop_other_answers(timer.beginning.identity)
        fold.running[timer.beginning.metric] = moved


def _wait_before(fold: Fold, timer: Timer | None, at: datetime, event: Event) -> Timer:
    """Start a clock for a wait that is older than what has the clock now."""
    if timer is not None:
        _give_up_turn(fold, timer)
    metric = _next_metric(fold)
    fold.questions = (Question(event.seq), *fold.questions)
    fold.start([metric], at, event, asked=True)
    return fold.running[metric]


def _next_metric(fold: Fold) -> Metric:
    return Metric.NEXT_RESPONSE if Metric.FIRST_RESPONSE in fold.counts else Metric.FIRST_RESPONSE


def _have_turn(fold: Fold) -> None:
    if not fold.questions:
        return
    timer = fold.under_way.pop(fold.questions[0].seq)
    cycle = fold.counts.get(Metric.NEXT_RESPONSE, 0) + 1
    fold.run(timer._replace(beginning=timer.beginning._replace(cycle=cycle)))


def _give_up_turn(fold: Fold, timer: Timer) -> None:
    """Let a question wait its turn that had the clock before an older wait was known."""
    metric, seq = timer.beginning.identity
    del fold.running[metric], fold.clocks[timer.beginning.identity]
    fold.drop_other_answers(timer.beginning.identity)
    fold.counts[metric] -= 1
    if not fold.counts[metric]:
        del fold.counts[metric]
    waits = timer._replace(beginning=timer.beginning._replace(metric=Metric.NEXT_RESPONSE))
    fold.under_way[seq] = waits
