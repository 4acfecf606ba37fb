"""Beat keeps its pace whatever the machine's clock says, and is back soon after its broker."""

from __future__ import annotations

import time
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from celery import Celery

from config.broker.beat import SteadyScheduler
from config.celery import SCHEDULE, app


class Rung(Counter[str]):
    """A doorbell that counts."""

    def ring(self, task: str, **_: object) -> bool:
        self[task] += 1
        return True


@pytest.fixture
def beat() -> SteadyScheduler:
    scheduler = SteadyScheduler(app)
    scheduler._doorbell = Rung()  # type: ignore[assignment]
    return scheduler


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def go_on(beat: SteadyScheduler, clock: list[float], seconds: float) -> Counter[str]:
    """Tick as celery does for so long; return what was rung for."""
    beat._doorbell = rung = Rung()  # type: ignore[assignment]
    until = clock[0] + seconds
    while clock[0] < until:
        clock[0] += beat.tick() or 0.001
    return rung


def test_each_task_is_rung_for_at_its_pace(beat: SteadyScheduler, clock: list[float]) -> None:
    rung = go_on(beat, clock, 60.5)

    assert rung == {task: 61 // seconds + (seconds > 1) for task, (_queue, seconds) in SCHEDULE.items()}


@pytest.mark.parametrize("hours", [-9, 9])
def test_a_wall_clock_that_is_set_changes_nothing(
    beat: SteadyScheduler, clock: list[float], monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    go_on(beat, clock, 5.5)
    now = app.now()
    monkeypatch.setattr(Celery, "now", lambda _self: _moved(now, hours))
    monkeypatch.setattr(time, "time", lambda: now.timestamp() + hours * 3600)

    assert go_on(beat, clock, 5)["monitor.heartbeat"] == 5


def _moved(now: Any, hours: int) -> datetime:
    moved: datetime = now + timedelta(hours=hours)
    return moved


def test_a_pause_is_not_made_up_for(beat: SteadyScheduler, clock: list[float]) -> None:
    """As when the machine slept."""
    go_on(beat, clock, 2)
    clock[0] += 3600

    assert go_on(beat, clock, 1.5)["monitor.heartbeat"] <= 3


def test_a_broker_that_is_away_stops_nobody(clock: list[float]) -> None:
    scheduler = SteadyScheduler(app)
    scheduler._doorbell._app = Celery(broker="redis://127.0.0.1:9/0")
    began = time.perf_counter()
    until = clock[0] + 30
    while clock[0] < until:
        clock[0] += scheduler.tick() or 0.001

    assert time.perf_counter() - began < 20
    assert scheduler._doorbell._silent_until <= clock[0] + 2.0
