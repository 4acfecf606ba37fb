"""What would be said every second is said once a minute, with how often it was not; everything else is said."""

from __future__ import annotations

import logging
import time
from typing import Any

import psycopg
import pytest
from django.db import OperationalError
from psycopg import errors
from redis.exceptions import ConnectionError as RedisGone

from config.broker.repeated_lines import OncePerMinute


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The one number is what a clock says that nobody sets."""
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def record(
    name: str, msg: Any, *args: Any, level: int = logging.ERROR, error: Exception | None = None
) -> Any:
    exc_info = (type(error), error, None) if error else None
    return logging.LogRecord(name, level, __file__, 1, msg, args or None, exc_info)


CONSUMER = "celery.worker.consumer.consumer"


def test_a_minute_without_the_broker_is_one_line(clock: list[float]) -> None:
    once, said = OncePerMinute(), []
    for second in range(181):
        clock[0] = 1000.0 + second
        line = record(CONSUMER, "consumer: Cannot connect to %s: %s", "redis://", f"try {second}")
        if once.filter(line):
            said.append((second, getattr(line, "left_out", 0)))

    assert said == [(0, 0), (60, 59), (120, 59), (180, 59)]


def test_what_is_different_is_said(clock: list[float]) -> None:
    once = OncePerMinute()

    assert once.filter(record(CONSUMER, "Cannot connect"))
    assert once.filter(record(CONSUMER, "Connection is back"))
    assert once.filter(record("kombu.connection", "Cannot connect"))


def test_a_task_that_fails_every_second_hides_no_other(clock: list[float]) -> None:
    once = OncePerMinute()
    template = "Task %(name)s[%(id)s] %(description)s"
    lines = [
        record("celery.app.trace", template, {"name": name, "id": n}) for n in (1, 2) for name in ("a", "b")
    ]

    assert [once.filter(line) for line in lines] == [True, True, False, False]


def test_our_own_news_are_all_said(clock: list[float]) -> None:
    once = OncePerMinute()

    for number in range(3):
        assert once.filter(record("helpdesk.outbox", {"event": "delivery_given_up", "delivery": number}))
        assert once.filter(record("django.request", "Internal Server Error: %s", "/"))
        assert once.filter(record("celery.beat", "Scheduler: sending", level=logging.INFO))


def test_but_an_outage_of_ours_once(clock: list[float]) -> None:
    once = OncePerMinute()
    lines = [
        record("monitor.watch.doorbell", {"event": "doorbell_silent", "error": str(n)}) for n in range(3)
    ]
    assert [once.filter(line) for line in lines] == [True, False, False]
    clock[0] += 60

    last = record("monitor.watch.doorbell", {"event": "doorbell_silent", "error": "4"})
    assert once.filter(last)
    assert last.msg["left_out"] == 2


def test_an_outage_has_no_traceback_and_a_fault_keeps_its_own(clock: list[float]) -> None:
    once = OncePerMinute()
    gone = record(CONSUMER, "Connection lost", error=RedisGone("refused"))
    fault = record("celery.app.trace", "Task failed", error=ZeroDivisionError("of ours"))
    assert once.filter(gone)
    assert once.filter(fault)

    assert gone.exc_info is None
    assert fault.exc_info is not None


def database_error(cause: psycopg.Error) -> OperationalError:
    error = OperationalError(str(cause))
    error.__cause__ = cause
    return error


@pytest.mark.parametrize("cause", [psycopg.OperationalError("refused"), errors.AdminShutdown("going")])
def test_a_database_that_is_away_is_one_line_and_not_one_a_request(
    clock: list[float], cause: psycopg.Error
) -> None:
    once = OncePerMinute()
    failed = [
        record("helpdesk.api.door", "%s %s failed", "GET", f"/{n}", error=database_error(cause))
        for n in range(3)
    ]
    answered = [record("django.request", "%s: %s", "Service Unavailable", f"/{n}") for n in range(3)]
    for line in answered:
        line.status_code = 503

    assert [once.filter(line) for line in failed + answered] == [True, False, False] * 2
    assert failed[0].exc_info is None


def test_what_the_database_was_too_slow_for_keeps_its_traceback(clock: list[float]) -> None:
    once = OncePerMinute()
    slow = [
        record("helpdesk.api.door", "%s failed", n, error=database_error(errors.QueryCanceled("too long")))
        for n in range(2)
    ]

    assert [once.filter(line) for line in slow] == [True, True]
    assert slow[0].exc_info is not None
