"""The promises of a ticket in the queue that have not ended: what each says of itself, and which are shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from monitor.clock.metrics import Metric
from monitor.models import Standing
from monitor.relay.standings import WAITED_FOR


@dataclass(frozen=True, slots=True)
class RunningPromise:
    """One promise, running or paused; `at` is when it is due, or was broken before."""

    metric: Metric
    at: datetime
    risk_at: datetime | None
    breach_at: datetime | None

    @classmethod
    def of(cls, said: dict[str, Any]) -> Self:
        """Read what `Standing.promises` says of a clock."""
        due_at, risk_at, breach_at = (
            datetime.fromisoformat(said[name]) if said[name] else None
            for name in ("due_at", "risk_at", "breach_at")
        )
        at = min(at for at in (due_at, breach_at) if at)
        return cls(Metric(said["metric"]), at, risk_at, breach_at)

    @property
    def waits_for_words(self) -> bool:
        return self.metric in WAITED_FOR

    def level_at(self, now: datetime) -> str:
        """Return `late`, `risk` or nothing, as the numbers of the board count it."""
        if self.breach_at is None:
            return ""
        if self.breach_at <= now:
            return "late"
        return "risk" if self.risk_at is not None and self.risk_at <= now else ""


def shown_promises(standing: Standing, *, now: datetime) -> list[RunningPromise]:
    """Return the promise that gives the ticket its place, then every other one that is late or at risk."""
    promises = [RunningPromise.of(said) for said in standing.promises]
    in_turn = sorted(promises, key=lambda one: (not one.waits_for_words, one.at))
    return [one for place, one in enumerate(in_turn) if place == 0 or one.level_at(now)]
