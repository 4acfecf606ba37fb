"""How a ticket ends, and comes back: what is over, and which questions outlive it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from monitor.clock import first_answers, waiting
from monitor.clock.corrections import Event
from monitor.clock.fold import Fold
from monitor.clock.metrics import RESPONSES, Cause, Metric, Outcome
from monitor.clock.question import Reopening


def resolved(fold: Fold, at: datetime, event: Event) -> None:
    _close(fold, at, event, "resolved")


def closed(fold: Fold, at: datetime, event: Event) -> None:
    if event.payload.get("by") != "customer":
        _close(fold, at, event, "closed")
        return
    _end_what_asks_nothing(fold, Cause.WITHDRAWN, at, event)
    waiting.let_go(fold, waiting.questions_known_to(fold, event), Outcome.WITHDRAWN, at, event)
    _rest(fold, "closed", at, event)


def reopened(fold: Fold, at: datetime, event: Event) -> None:
    if fold.is_live:
        return
    ended = fold.status
    fold.status = "open"
    fold.go_on(at, event)
    if event.payload.get("by") == "customer" and fold.begun:
        fold.start([Metric.ACKNOWLEDGEMENT], at, event, asked=True)
        fold.reopening = Reopening(waiting.asked_by(fold, at, event), event.seq, ended)


def no_reply_needed_marked(fold: Fold, at: datetime, event: Event) -> None:
    """End what the messages that wait have started, a reopening by one of them too."""
    known = waiting.questions_known_to(fold, event)
    seqs, reopening = {question.seq for question in known}, fold.reopening
    taken_back = reopening if reopening is not None and reopening.message_seq in seqs else None
    if taken_back is not None:
        seqs.add(taken_back.seq)
    _ask_nothing(fold, seqs, at, event)
    waiting.let_go(fold, known, Outcome.NO_REPLY_NEEDED, at, event)
    if taken_back is not None:
        _end_what_asks_nothing(fold, Cause.RESOLVED, at, event)
        _rest(fold, taken_back.status, at, event)


def merged_into(fold: Fold, at: datetime, event: Event) -> None:
    fold.end_everything(Cause.MERGED, at, event)
    fold.status = "merged"


def voided(fold: Fold, at: datetime, event: Event) -> None:
    fold.end_everything(Cause.VOIDED, at, event)
    fold.status = "void"


def _ask_nothing(fold: Fold, seqs: Collection[int], at: datetime, event: Event) -> None:
    """End what these events have started and was not a response."""
    for timer, outcome in fold.ended_by(Cause.NO_REPLY_NEEDED):
        metric, seq = timer.beginning.identity
        if metric is Metric.ACKNOWLEDGEMENT and seq in seqs:
            fold.end_one(timer, outcome, at, event)


def _close(fold: Fold, at: datetime, event: Event, status: str) -> None:
    """End everything, but for a question whose answer will have bounced: its customer still waits."""
    _end_what_asks_nothing(fold, Cause.RESOLVED, at, event)
    known = waiting.questions_known_to(fold, event)
    ended = [question for question in known if not question.outlives(event)]
    waiting.let_go(fold, ended, Outcome.UNANSWERED, at, event)
    _rest(fold, status, at, event)


def _end_what_asks_nothing(fold: Fold, cause: Cause, at: datetime, event: Event) -> None:
    """End what a cause ends but for responses, which are their questions'."""
    for timer, outcome in fold.ended_by(cause):
        metric = timer.beginning.metric
        goes_on = metric in RESPONSES or (
            cause is Cause.RESOLVED
            and metric is first_answers.SUBSTANTIVE
            and first_answers.outlives(fold, event)
        )
        if not goes_on and timer.beginning.is_known_to(event):
            fold.end_one(timer, outcome, at, event)


def _rest(fold: Fold, status: str, at: datetime, event: Event) -> None:
    fold.stand(status, at, event)
    fold.reopening = None
