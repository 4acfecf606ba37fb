"""A worker is back soon after its broker, by itself: a real worker, and a real Valkey that is frozen or dies."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from config.broker import steady_consumer
from config.runner.embedded import Valkey
from monitor.watch import watchmen
from tests.config.broker.worker_at_work import LONG, a_task_under_way, at_work, process_of
from tests.config.running import eventually

pytestmark = pytest.mark.django_db(transaction=True)


def works_again(ring: Callable[[], bool]) -> bool:
    """Ring until somebody comes who has not been there before."""
    before = watchmen.awake()
    return eventually(lambda: ring() and watchmen.awake() != before, within=LONG)


@pytest.mark.parametrize("pool", ["prefork", "threads", "solo"])
def test_it_is_back_from_a_broker_that_froze_while_it_acknowledged(
    valkey: Valkey, ring: Callable[[], bool], tmp_path: Path, pool: str
) -> None:
    with at_work(valkey, ring, tmp_path, pool=pool) as worker:
        with a_task_under_way(ring):
            process_of(valkey).send_signal(signal.SIGSTOP)
        worker.await_words("Connection to broker lost")
        worker.await_words("(2/None)")  # asked for again, twice in vain
        process_of(valkey).send_signal(signal.SIGCONT)

        assert works_again(ring)
        assert worker.popen.poll() is None


def test_it_is_back_from_a_broker_that_was_gone_and_asks_at_an_even_pace(
    valkey: Valkey, ring: Callable[[], bool], tmp_path: Path
) -> None:
    with at_work(valkey, ring, tmp_path, pool="prefork") as worker:
        process_of(valkey).kill()
        process_of(valkey).wait()
        worker.await_words("(8/None)")
        valkey.start()

        assert works_again(ring)
        assert worker.said().count("Trying again now") >= 8, "so it calls a pause below a second"
        assert "Trying again in" not in worker.said()


def test_in_earnest_it_asks_often_enough_to_be_back_within_five_seconds() -> None:
    assert steady_consumer.SOONEST <= steady_consumer.LATEST < 5
