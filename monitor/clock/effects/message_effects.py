"""What is said on a ticket, and what it does to clocks: it begins, asks, and is answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from monitor.clock import first_answers, waiting
from monitor.clock.corrections import Event, TakenBack, in_utc
from monitor.clock.effects.attribute_effects import read_attributes
from monitor.clock.fold import Fold
from monitor.clock.metrics import RESPONSES, STARTS, Cause, Metric, Outcome
from monitor.clock.timer import Timer


def opened(fold: Fold, at: datetime, event: Event) -> None:
    """Begin, unless nobody did: a machine opened it, or what we wrote first never arrived."""
    fold.attributes = read_attributes(event.payload)
    if event.payload.get("automatic") or event.seq in fold.taken_back:
        return
    if event.payload.get("initiated_by") != "agent":
        _begin(fold, at, event)
        return
    fold.begun = True
    fold.start((Metric.FIRST_RESPONSE,), at, event)
    fold.end_one(fold.running[Metric.FIRST_RESPONSE], Outcome.NOT_APPLICABLE, at, event)
    fold.start(STARTS[Cause.WROTE_FIRST], at, event)


def customer_message_received(fold: Fold, at: datetime, event: Event) -> None:
    if event.payload.get("automatic"):
        return
    if fold.begun:
        waiting.ask(fold, at, event)
    else:
        _begin(fold, at, event)


def public_reply_sent(fold: Fold, at: datetime, event: Event) -> None:
    stopped = list(_stopped_by(fold, event))
    others = [one for one in stopped if one.beginning.metric not in RESPONSES]
    bounce = fold.taken_back.get(event.seq)
    if bounce is None:
        _hear(fold, at, event, others=others, answers=len(others) < len(stopped))
    else:
        _hear_nothing(fold, at, event, bounce, others=others, answers=len(others) < len(stopped))


def absorbed(fold: Fold, at: datetime, event: Event) -> None:
    since = event.payload.get("waiting_since")
    if since is not None:
        waiting.wait_since(fold, in_utc(datetime.fromisoformat(since)), at, event)


def _begin(fold: Fold, at: datetime, event: Event) -> None:
    """Start what a customer's first message starts."""
    fold.begun = True
    fold.start(STARTS[Cause.OPENED], at, event, asked=True)
    waiting.ask(fold, at, event)


def _hear(fold: Fold, at: datetime, event: Event, *, others: list[Timer], answers: bool) -> None:
    for timer in others:
        fold.end_one(timer, Outcome.MET, at, event)
    if answers:
        _answer(fold, at, event)
    elif event.payload.get("author") == "bot" and not event.payload.get("automatic"):
        first_answers.hear_bot(fold, at, event)
    if fold.is_live and _counts_as_person(fold, event, at):
        fold.start(STARTS[Cause.PERSON_ANSWERED], at, event)


def _answer(fold: Fold, at: datetime, event: Event) -> None:
    known = waiting.questions_known_to(fold, event)
    if first_answers.is_holding(event):
        first_answers.hold_off(fold, known, at, event)
    waiting.let_go(fold, known, Outcome.MET, at, event)


def _hear_nothing(
    fold: Fold, at: datetime, event: Event, bounce: TakenBack, *, others: list[Timer], answers: bool
) -> None:
    for timer in others:
        fold.running[timer.beginning.metric] = timer.bridge(at, bounce)
    if answers:
        waiting.hear_nothing(fold, at, event, bounce)
    first_answers.hear_nothing(fold, event, bounce)


def _stopped_by(fold: Fold, event: Event) -> Iterator[Timer]:
    """Yield the running timers that this public message stops; a response as far as its questions are known."""
    author, automatic = event.payload.get("author"), event.payload.get("automatic")
    if automatic or author not in ("agent", "bot"):
        return
    for timer, _ in fold.ended_by(Cause.PERSON_ANSWERED):
        policy, metric = timer.terms.policy, timer.beginning.metric
        bots_count = policy is not None and policy.rules.bots_count
        known = metric in RESPONSES or timer.beginning.is_known_to(event)
        is_enough = metric is not Metric.FIRST_SUBSTANTIVE_RESPONSE or not first_answers.is_holding(event)
        if known and is_enough and (author == "agent" or bots_count):
            yield timer


def _counts_as_person(fold: Fold, event: Event, at: datetime) -> bool:
    author, automatic = event.payload.get("author"), event.payload.get("automatic")
    if automatic or author != "bot":
        return author == "agent" and not automatic
    policy = fold.book.match(fold.attributes, at)
    return policy is not None and policy.rules.bots_count
