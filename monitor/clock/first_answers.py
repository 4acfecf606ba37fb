"""The first response measured otherwise: until anybody answers, bots too, and until a person does more than hold off.

A ticket has such a clock only where it ends otherwise than the first response itself. It counts on from what that has
counted, promises nothing, and goes where that goes.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from monitor.clock.corrections import Event, TakenBack
from monitor.clock.fold import Fold
from monitor.clock.metrics import Metric, Outcome
from monitor.clock.question import Question

FIRST = Metric.FIRST_RESPONSE
ANY = Metric.FIRST_ANY_RESPONSE
SUBSTANTIVE = Metric.FIRST_SUBSTANTIVE_RESPONSE


def is_holding(event: Event) -> bool:
    """Whether a reply says no more than that it was seen."""
    return bool(event.payload.get("holding"))


def hear_bot(fold: Fold, at: datetime, event: Event) -> None:
    """Note that a bot answered before people did; what it said when nobody had asked yet answers nothing."""
    timer = fold.running.get(FIRST)
    if timer is None or ANY in fold.counts:
        return
    if timer.beginning.is_known_to(event) and at > timer.meter.started_at:
        fold.run(timer.beside(ANY, at=at, event=event))
        fold.end_one(fold.running[ANY], Outcome.MET, at, event)


def hold_off(fold: Fold, known: Collection[Question], at: datetime, event: Event) -> None:
    """Wait for substance where the first answer by a person, which ends the wait of these, has none."""
    timer = fold.running.get(FIRST)
    if timer is not None and fold.questions[0] in known:
        fold.run(timer.beside(SUBSTANTIVE, at=at, event=event))


def hear_nothing(fold: Fold, reply: Event, bounce: TakenBack) -> None:
    """Wait through an answer of substance that will have bounced, whatever ends the ticket meanwhile."""
    if SUBSTANTIVE in fold.running and not is_holding(reply):
        fold.unheard = (*fold.unheard, (reply.seq, bounce.seq))


def outlives(fold: Fold, ending: Event) -> bool:
    """Whether the ticket was ended while an answer of substance seemed to have been heard."""
    return any(reply < ending.seq < bounce for reply, bounce in fold.unheard)
