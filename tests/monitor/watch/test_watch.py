"""The watch sees to it that an alarm is flagged as it rings: by a worker, or by itself when nobody comes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from threading import Event, Thread
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection, transaction

from config.addresses import ROOT
from config.celery import app
from helpdesk.database.instant import database_now
from helpdesk.tickets import assignment
from monitor.models import Clock, Flag, Level, LifeSign
from monitor.promises import defaults
from monitor.watch import sweep, watchmen
from monitor.watch.doorbell import Doorbell
from monitor.watch.silence_log import SilenceLog
from monitor.watch.watch import GRACE, LONGEST_GRACE, Watch
from tests.config.running import end
from tests.make import Make
from tests.monitor import poison as poisoning

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

ACKNOWLEDGED_BY = timedelta(minutes=45)
"""When a normal ticket that nobody has acknowledged is at risk."""


@pytest.fixture(autouse=True)
def promises(transactional_db: None) -> None:
    defaults.ensure_defaults()


@contextmanager
def watching(doorbell: Doorbell) -> Iterator[None]:
    """Keep a watch in a thread, with a connection of its own."""
    over = Event()

    def keep() -> None:
        try:
            Watch(doorbell=doorbell, is_over=over.is_set).keep()
        finally:
            connection.close()

    thread = Thread(target=keep)
    thread.start()
    try:
        _await(lambda: LifeSign.objects.filter(name="watch").exists())
        yield
    finally:
        over.set()
        thread.join(20)
        assert not thread.is_alive()


def _ringing_in(make: Make, seconds: float) -> None:
    now = database_now()
    make.ticket(now=now, occurred_at=now - ACKNOWLEDGED_BY + timedelta(seconds=seconds))


def _await(fact: Callable[[], Any], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)


def _await_flags(count: int) -> None:
    _await(lambda: Flag.objects.count() >= count)


def test_with_the_broker_gone_the_watch_flags_by_itself_as_it_rings(
    make: Make, nobody_home: Doorbell
) -> None:
    with watching(nobody_home):
        _ringing_in(make, 1.0)
        _await(Flag.objects.exists)

    flag = Flag.objects.get()
    assert flag.noticed_by == "watch"
    assert timedelta(0) <= flag.noticed_at - flag.rang_at < timedelta(seconds=5)


def test_it_is_told_of_a_due_time_that_is_near_when_the_warning_point_has_gone_by(
    make: Make, nobody_home: Doorbell
) -> None:
    with watching(nobody_home):
        now = database_now()
        make.ticket(now=now, occurred_at=now - timedelta(hours=1, seconds=-1))
        _await(Flag.objects.filter(level=Level.BREACHED).exists, seconds=15)  # by itself it looks every 30 s

    assert Flag.objects.get(level=Level.BREACHED).noticed_by == "watch"


def test_it_flags_what_rang_before_it_came(make: Make, nobody_home: Doorbell) -> None:
    now = database_now()
    make.ticket(now=now - timedelta(hours=2))

    with watching(nobody_home):
        _await(lambda: Flag.objects.count() == 2)


def test_it_outlives_its_connection(make: Make, nobody_home: Doorbell) -> None:
    with watching(nobody_home):
        _cut_off_everybody_else()
        _ringing_in(make, 0.5)
        _await(Flag.objects.exists)


def _cut_off_everybody_else() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchone()[0] >= 1


def test_it_sleeps_until_it_is_told_of_an_alarm(make: Make, nobody_home: Doorbell) -> None:
    make.ticket(now=database_now())
    woken = Event()

    def sleep_once() -> None:
        watch = Watch(doorbell=nobody_home, is_over=lambda: False)
        watch.listen()
        watch.step()
        woken.set()
        connection.close()

    thread = Thread(target=sleep_once)
    thread.start()
    assert not woken.wait(1.0)
    _ringing_in(make, 10)
    assert woken.wait(20)
    thread.join(20)


def _blocked(make: Make) -> None:
    """Let an alarm ring whose ticket has an event that no relay can apply, and that keeps it back for a while."""
    ticket, now = make.ticket(now=database_now() - timedelta(hours=2)), database_now()
    poisoning.poison(ticket)
    with transaction.atomic():
        assignment.acknowledge(ticket=ticket, by=make.agent(), now=now + timedelta(seconds=9))


def test_an_alarm_that_cannot_be_flagged_yet_is_looked_at_ever_less_often(
    make: Make, nobody_home: Doorbell, poison: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    _blocked(make)
    swept: list[float] = []

    def count(**given: Any) -> int:
        swept.append(time.monotonic())
        return sweep_once(**given)

    sweep_once = sweep.sweep
    monkeypatch.setattr(sweep, "sweep", count)
    watch = Watch(doorbell=nobody_home, is_over=lambda: False)
    watch.listen()
    while len(swept) < 7:
        watch.step()

    pauses = [later - earlier for earlier, later in pairwise(swept[1:])]
    assert all(pause >= 0.9 * least for pause, least in zip(pauses, (0.2, 0.4, 0.8, 1.0, 1.0), strict=True))


def test_after_a_ring_it_has_little_patience_again(
    make: Make, queue: str, nobody_home: Doorbell, poison: None
) -> None:
    """Whether a worker is to come, or none could be rung for and it has flagged by itself."""
    for doorbell in (Doorbell(app), nobody_home):
        _blocked(make)
        watch = Watch(doorbell=doorbell, is_over=lambda: False)
        watch._rung_until, watch._grace = database_now() - timedelta(minutes=1), LONGEST_GRACE
        make.ticket(now=database_now() - timedelta(hours=2))
        Clock.objects.filter(rings_at__isnull=False).update(rings_at=database_now())
        watch.step()

        assert watch._grace == GRACE


def test_it_wakes_as_an_alarm_rings_and_not_now_and_then(
    make: Make, nobody_home: Doorbell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.watch.watch.SIGN_EVERY", 300.0)
    _ringing_in(make, 2)
    with watching(nobody_home):
        _await(Flag.objects.exists)


def test_another_alarm_is_flagged_in_time_beside_it(make: Make, nobody_home: Doorbell, poison: None) -> None:
    _blocked(make)
    with watching(nobody_home):
        _ringing_in(make, 2)
        _await(Flag.objects.exists)

    flag = Flag.objects.get()
    assert flag.noticed_by == "watch"
    assert flag.noticed_at - flag.rang_at < timedelta(seconds=5)


def test_a_clock_that_is_set_back_does_not_blind_it(make: Make, nobody_home: Doorbell) -> None:
    watch = Watch(doorbell=nobody_home, is_over=lambda: False)
    watch._rung_until = database_now() + timedelta(hours=9)
    make.ticket(now=database_now() - timedelta(hours=2))
    for _ in range(3):
        watch.step()

    assert Flag.objects.count() == 2


def test_it_says_once_that_no_heartbeat_comes_and_once_that_it_is_back(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(watchmen.SILENT_AFTER, watchmen.HEARTBEAT, timedelta(0))
    looking, now = SilenceLog(watchmen.HEARTBEAT), database_now()
    watchmen.sign(watchmen.HEARTBEAT, now)
    with caplog.at_level("INFO"):
        for seconds in (1, 2, 3):
            looking.look(now + timedelta(seconds=seconds))
        watchmen.sign(watchmen.HEARTBEAT, now + timedelta(seconds=4))
        looking.look(now + timedelta(seconds=4))

    said: list[Any] = [record.msg for record in caplog.records]
    assert [(each["event"], each["who"]) for each in said] == [
        ("watchman_silent", "heartbeat"),
        ("watchman_back", "heartbeat"),
    ]
    assert said[0]["seen_at"] == now.isoformat()


def test_whoever_has_just_begun_to_look_waits_for_the_first_sign(caplog: pytest.LogCaptureFixture) -> None:
    SilenceLog(watchmen.HEARTBEAT).look(database_now())

    assert caplog.records == []


@contextmanager
def worker() -> Iterator[None]:
    """Run a real Celery worker on the tests' database and broker."""
    own = connection.settings_dict
    place = (
        f"{quote(str(own['USER']))}@{quote(str(own['HOST']), safe='')}:{own['PORT'] or 5432}/{own['NAME']}"
    )
    secret = f":{quote(str(own['PASSWORD']))}@" if own["PASSWORD"] else "@"
    url = "postgresql://" + place.replace("@", secret, 1)
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-P", "solo", "-l", "WARNING"]
    process = subprocess.Popen(
        [*command, "--without-gossip", "--without-mingle"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url},
    )
    try:
        yield
    finally:
        end(process)


def test_a_real_worker_flags_what_the_watch_rings_for(make: Make) -> None:
    with worker():
        app.send_task("monitor.heartbeat", expires=60)
        _await(lambda: "heartbeat" in watchmen.awake(), seconds=60)
        with watching(Doorbell(app)):
            for number in range(5):
                _ringing_in(make, 0.5)
                _await_flags(number + 1)

    noticed = list(Flag.objects.values_list("noticed_by", flat=True))
    assert len(noticed) == 5
    assert "worker" in noticed


def test_a_real_worker_outlives_its_connection(make: Make) -> None:
    with worker():
        app.send_task("monitor.heartbeat", expires=60)
        _await(lambda: "heartbeat" in watchmen.awake(), seconds=60)
        _cut_off_everybody_else()
        before = watchmen.awake()["heartbeat"]
        app.send_task("monitor.heartbeat", expires=60)
        _await(lambda: watchmen.awake()["heartbeat"] > before)
