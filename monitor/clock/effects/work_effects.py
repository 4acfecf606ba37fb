"""Who has a ticket in hand, how it stands, and what people set on its clocks themselves."""

from __future__ import annotations

from datetime import datetime

from monitor.clock.corrections import Event, in_utc
from monitor.clock.fold import Fold
from monitor.clock.metrics import STARTS, Cause, Metric


def acknowledged(fold: Fold, at: datetime, event: Event) -> None:
    fold.end(Cause.ACKNOWLEDGED, at, event)


def assigned(fold: Fold, at: datetime, event: Event) -> None:
    if event.payload.get("claimed"):
        fold.end(Cause.ACKNOWLEDGED, at, event)


def unassigned(fold: Fold, at: datetime, event: Event) -> None:
    if fold.is_live and fold.begun:
        fold.start(STARTS[Cause.UNASSIGNED], at, event)


def status_changed(fold: Fold, at: datetime, event: Event) -> None:
    if fold.is_live:
        fold.stand(event.payload["status"], at, event)


def due_time_set(fold: Fold, at: datetime, event: Event) -> None:
    metric = Metric(event.payload["metric"])
    if metric in fold.running:
        due_at = in_utc(datetime.fromisoformat(event.payload["due_at"]))
        fold.running[metric] = fold.running[metric].set_due_time(due_at, at=at, event=event, book=fold.book)


def due_time_cleared(fold: Fold, at: datetime, event: Event) -> None:
    metric = Metric(event.payload["metric"])
    if metric in fold.running:
        fold.running[metric] = fold.running[metric].clear_due_time(at=at, event=event)
