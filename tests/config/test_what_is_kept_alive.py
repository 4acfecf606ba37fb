"""What ends is started again, less and less eagerly; what does not start is tried again like what has ended."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.runner import child
from config.runner.child import STEADY_AFTER, WAITS, KeptAlive, Process
from config.runner.console import Console
from config.runner.embedded import Valkey
from config.runner.programs import Program
from config.runner.server import ServerFailed


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The supervisor's time, which goes on where a test says so; the console keeps its own."""
    now = [1000.0]
    monkeypatch.setattr(child, "time", type("", (), {"monotonic": staticmethod(lambda: now[0])}))
    return now


@pytest.fixture
def kept(clock: list[float]) -> Iterator[KeptAlive]:
    """A program that ends at once, started."""
    console = Console()
    kept = KeptAlive(Process(Program("program", (sys.executable, "-c", "")), (), console), console)
    kept.start()
    yield kept
    let_end(kept)


def let_end(kept: KeptAlive) -> None:
    """Return when it has ended by itself, all that it said was heard, and its end was noticed."""
    until = time.monotonic() + 20
    while not kept.thing.ended or kept.console.unfinished:
        assert time.monotonic() < until
        kept.console.pump(0.01)
    kept.look_after()


def pause(kept: KeptAlive, clock: list[float]) -> float:
    assert kept.again_at is not None
    return round(kept.again_at - clock[0], 3)


def test_each_end_in_a_row_is_followed_by_a_longer_pause(kept: KeptAlive, clock: list[float]) -> None:
    pauses = []
    for _ in range(len(WAITS) + 1):
        let_end(kept)
        pauses.append(pause(kept, clock))
        clock[0] += pauses[-1]
        kept.look_after()

    assert pauses == [*WAITS, WAITS[-1]]


def test_it_is_not_started_before_the_pause_is_over(kept: KeptAlive, clock: list[float]) -> None:
    let_end(kept)
    clock[0] += WAITS[0] - 0.01
    kept.look_after()

    assert kept.again_at is not None


def test_what_ran_for_a_while_begins_anew(kept: KeptAlive, clock: list[float]) -> None:
    for _ in range(2):
        let_end(kept)
        clock[0] += WAITS[-1]
        kept.look_after()
    clock[0] += STEADY_AFTER + 1
    let_end(kept)

    assert pause(kept, clock) == WAITS[0]


def test_a_server_that_does_not_start_again_is_tried_again_and_says_why(
    clock: list[float], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = KeptAlive(Valkey(tmp_path), Console())
    kept.start()
    assert isinstance(kept.thing, Valkey)
    assert kept.thing.process
    try:
        kept.thing.process.kill()
        let_end(kept)
        with monkeypatch.context() as patch:
            patch.setattr(Valkey, "start", _no_room)
            clock[0] += WAITS[0]
            kept.look_after()
        assert pause(kept, clock) == WAITS[1]
        clock[0] += WAITS[1]
        kept.look_after()

        assert (kept.again_at, kept.thing.ended) == (None, False)
        assert "there is no room; it is started again in 1 s." in capsys.readouterr().out
    finally:
        kept.thing.stop()


def _no_room(server: Valkey) -> None:
    raise ServerFailed("there is no room.")
