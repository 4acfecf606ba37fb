"""A worker that is asked to end does so once it has done what it began, and leaves nothing to be done again."""

from __future__ import annotations

import fcntl
import os
import signal
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from celery import Celery

from config.runner.embedded import Valkey
from monitor.watch import watchmen
from tests.config.broker.worker_at_work import (
    LONG,
    Messages,
    a_task_under_way,
    at_work,
    messages,
    process_of,
)
from tests.config.running import Running, children_of, eventually

pytestmark = pytest.mark.django_db(transaction=True)

NONE = Messages(waiting=0, unacknowledged=0)
ASKED = "Warm shutdown"


def ended(worker: Running) -> int:
    return worker.popen.wait(2 * LONG)


@contextmanager
def a_task_just_given(ring: Callable[[], bool], worker: Running, broker: Celery) -> Iterator[int]:
    """Freeze the pool's processes before one is given a heartbeat; yield how many bytes lie before them."""
    eventually(lambda: messages(broker) == NONE, within=LONG)
    frozen = children_of(worker.popen.pid)
    for process in frozen:
        os.kill(process, signal.SIGSTOP)
    ring()
    yield eventually(lambda: unread_by(worker), within=LONG)
    for process in frozen:
        os.kill(process, signal.SIGCONT)


def unread_by(worker: Running) -> int:
    """Return how many bytes lie in the pipes that the pool's processes read."""
    ends = [end for process in children_of(worker.popen.pid) for end in Path(f"/proc/{process}/fd").iterdir()]
    return sum(_bytes_in(end) for end in ends if _is_pipe(end))


def _is_pipe(end: Path) -> bool:
    return str(end.readlink()).startswith("pipe:")


def _bytes_in(pipe: Path) -> int:
    descriptor = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        return int.from_bytes(fcntl.ioctl(descriptor, termios.FIONREAD, bytes(4)), "little")
    finally:
        os.close(descriptor)


@pytest.mark.parametrize("pool", ["prefork", "threads", "solo"])
def test_once_the_task_under_way_is_done(
    valkey: Valkey, broker: Celery, ring: Callable[[], bool], tmp_path: Path, pool: str
) -> None:
    with at_work(valkey, ring, tmp_path, pool=pool) as worker:
        with a_task_under_way(ring):
            worker.popen.send_signal(signal.SIGTERM)
            worker.await_words(ASKED)

        assert ended(worker) == 0
        assert messages(broker) == NONE


def test_once_a_task_is_done_that_a_process_was_given_and_had_not_begun(
    valkey: Valkey, broker: Celery, ring: Callable[[], bool], tmp_path: Path
) -> None:
    with at_work(valkey, ring, tmp_path, pool="prefork") as worker:
        with a_task_just_given(ring, worker, broker) as task:
            worker.popen.send_signal(signal.SIGTERM)
            eventually(lambda: unread_by(worker) > task, within=LONG)  # that it is to end, too

        assert ended(worker) == 0
        assert messages(broker) == NONE


def test_though_the_broker_was_lost_before_a_process_said_that_it_began(
    valkey: Valkey, broker: Celery, ring: Callable[[], bool], tmp_path: Path
) -> None:
    with at_work(valkey, ring, tmp_path, pool="prefork", at_once=2) as worker:
        with a_task_just_given(ring, worker, broker):
            before = watchmen.awake()
            process_of(valkey).kill()
            worker.await_words("(1/None)")
        eventually(lambda: watchmen.awake() != before, within=LONG)
        worker.popen.send_signal(signal.SIGTERM)

        assert ended(worker) == 0
