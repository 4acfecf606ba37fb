"""What a ticket is, by which its policy is found: a change of it moves targets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from monitor.clock import waiting
from monitor.clock.book.policy import Attributes
from monitor.clock.corrections import Event
from monitor.clock.fold import Fold
from monitor.clock.metrics import RESPONSES, STARTS, Cause, Outcome
from monitor.clock.timer import Timer


def priority_changed(fold: Fold, at: datetime, event: Event) -> None:
    _change_attributes(fold, at, event, fold.attributes._replace(priority=event.payload["priority"]))


def tier_changed(fold: Fold, at: datetime, event: Event) -> None:
    _change_attributes(fold, at, event, fold.attributes._replace(tier=event.payload["tier"] or ""))


def tags_changed(fold: Fold, at: datetime, event: Event) -> None:
    tags = frozenset(event.payload["tags"])
    _change_attributes(fold, at, event, fold.attributes._replace(tags=tags))


def queue_changed(fold: Fold, at: datetime, event: Event) -> None:
    if event.payload["queue"] == fold.attributes.queue:
        return
    fold.attributes = fold.attributes._replace(queue=event.payload["queue"])
    fold.end(Cause.HANDED_OVER, at, event)
    for timer in list(fold.running.values()):
        terms = fold.terms_of(timer, at)
        if terms.policy is not None and terms.target is None and timer.terms.target is not None:
            _drop(fold, timer, at, event)
    fold.retarget_all(at, event)
    if fold.is_live and fold.begun:
        fold.start(STARTS[Cause.HANDED_OVER], at, event)


def _drop(fold: Fold, timer: Timer, at: datetime, event: Event) -> None:
    """End a clock whose promise no longer applies; the messages that waited for it go with it."""
    if timer.beginning.metric in RESPONSES:
        known = waiting.questions_known_to(fold, event)
        waiting.let_go(fold, known, Outcome.NOT_APPLICABLE, at, event)
    else:
        fold.end_one(timer, Outcome.NOT_APPLICABLE, at, event)


def _change_attributes(fold: Fold, at: datetime, event: Event, attributes: Attributes) -> None:
    fold.attributes = attributes
    fold.retarget_all(at, event)


def read_attributes(payload: Mapping[str, Any]) -> Attributes:
    return Attributes(
        payload.get("store"),
        payload.get("queue"),
        payload.get("channel") or "",
        payload.get("priority") or "",
        payload.get("tier") or "",
        payload.get("language") or "",
        frozenset(payload.get("tags") or ()),
    )
