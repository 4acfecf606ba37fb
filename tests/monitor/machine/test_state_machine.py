"""Random stories on a real PostgreSQL: after each step clocks, flags and waits are what arithmetic says.

Two connections act at once, relays fail, versions change, sweeps come at any moment; nothing may drift or
deadlock. Tickets keep folds after a few events, so that much goes on from one or reaches behind it; a recount,
which heeds none, says the same. `./dev test tests/monitor/machine --hypothesis-profile=thorough -s` tells long
stories, and how many.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import hypothesis
import pytest
from django.db import connection
from hypothesis import HealthCheck
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from helpdesk.models import TicketEvent
from helpdesk.models.event import LONGEST_REST
from monitor.clock.book.calendar import NaiveInstant
from monitor.models import KeptFold
from monitor.relay import kept_folds, relay
from monitor.watch import sweep
from tests.make import NOW
from tests.monitor import poison, recounted
from tests.monitor.machine import arithmetic, ticket_waits, world
from tests.monitor.machine.story import Deed, drawn_deeds, limits, openings

SHORT = hypothesis.settings(max_examples=15, stateful_step_count=25)
THOROUGH = hypothesis.settings(max_examples=200, stateful_step_count=50)
FAILING = (
    "helpdesk.tickets.ticket_change",
    "monitor.relay.relay",
    "monitor.relay.recount",
    "helpdesk.jobs.job_turn",
)

waits = st.sampled_from([0, 1, 60, 600, 3600, 90_000]).map(lambda seconds: timedelta(seconds=seconds))
seldom = st.sampled_from([False, False, False, True])
skews = st.sampled_from([0, 0, 1, 120]).map(lambda seconds: timedelta(seconds=seconds))

told: Counter[str] = Counter()
"""How many stories and steps there were, and what was done."""


class Mishaps(logging.Handler):
    """Keeps what was caught and logged, but for the failures that we cause."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        told["failed relays"] += 1
        if not isinstance(error, NaiveInstant) and "poisoned" not in str(error):
            self.seen.append(f"{record.getMessage()}: {error!r}")


mishaps = Mishaps()


class Desk(RuleBasedStateMachine):
    """A desk on a day of random deeds."""

    def __init__(self) -> None:
        super().__init__()
        self.world = world.build()
        self.now = NOW
        self.swept_at = NOW - timedelta(days=60)
        self.threads = ThreadPoolExecutor(2)
        self.start = Barrier(2)
        mishaps.seen.clear()
        told["examples"] += 1
        list(self.threads.map(_be_impatient, [self.start] * 2))

    @initialize(opened=st.lists(openings, min_size=1, max_size=3))
    def open(self, opened: list[Deed]) -> None:
        self._recount()
        for deed in opened:
            self._do(deed)

    @rule(deed=drawn_deeds(), wait=waits, leisurely=seldom)
    def one(self, deed: Deed, wait: timedelta, leisurely: bool) -> None:
        self.now += wait
        self._do(deed)
        self._check(leisurely=leisurely)

    @rule(deeds=st.tuples(drawn_deeds(), drawn_deeds()), wait=waits, skew=skews, leisurely=seldom)
    def two_at_once(
        self, deeds: tuple[Deed, Deed], wait: timedelta, skew: timedelta, leisurely: bool
    ) -> None:
        """Do both on connections of their own; one of them may know an older time than the other."""
        self.now += wait
        instants = (self.now, self.now + skew)
        self.now += skew
        list(self.threads.map(self._do_at_once, deeds, instants))
        told["at once"] += 1
        self._check(leisurely=leisurely)

    @rule(wait=waits, limit=limits)
    def sweep(self, wait: timedelta, limit: int) -> None:
        self.now += wait
        sweep.sweep(now=self.now, limit=limit, noticed_by="sweep")
        self.swept_at = self.now
        told["sweeps"] += 1
        self._check()

    def teardown(self) -> None:
        """Let everything come to rest, and look at all of it."""
        list(self.threads.map(_leave, [self.start] * 2))
        self.threads.shutdown()
        poison.cure_all()
        relay.retry(TicketEvent.objects.set_aside())
        for _ in range(relay.FAILURES_ALLOWED * 4):
            self.now += LONGEST_REST
            sweep.heartbeat(now=self.now, limit=100)
        self.sweep(timedelta(0), 100)
        assert not TicketEvent.objects.waiting().exists()
        assert arithmetic.untold() == []

    def _do(self, deed: Deed) -> None:
        deed.do(self.world, self.now)
        told[deed.does.__name__] += 1

    def _do_at_once(self, deed: Deed, now: datetime) -> None:
        self.start.wait(timeout=20)
        deed.do(self.world, now)
        told[deed.does.__name__] += 1

    def _recount(self) -> None:
        recounted.go_on_to_the_end(now=self.now, limit=100)

    def _check(self, *, leisurely: bool = False) -> None:
        """Look at all that has settled; while a recount goes on, at leisure, nothing has."""
        told["steps"] += 1
        if not leisurely:
            self._recount()
        assert mishaps.seen == []
        if arithmetic.recounting(now=self.now):
            return
        told["steps checked"] += 1
        settled = arithmetic.settled()
        assert arithmetic.drift(settled, now=self.now) == []
        flags = arithmetic.standing(settled)
        must = arithmetic.alarms(settled, until=self.swept_at, known_by=self.swept_at, of_use=True)
        assert must - flags == set()
        assert flags - arithmetic.alarms(settled, until=self.now, known_by=self.now) == set()
        told["flags looked at"] += len(flags)
        self._check_waits(settled)

    def _check_waits(self, settled: list[int]) -> None:
        unlike, held = ticket_waits.unlike_their_clocks(settled)
        assert unlike == []
        told["folds looked at"] += KeptFold.objects.filter(ticket__in=settled).count()
        told["waits looked at"] += len(settled)
        told["waits held to stored clocks"] += held


def _be_impatient(start: Barrier) -> None:
    start.wait(timeout=20)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '5s'; SET statement_timeout = '10s'")


def _leave(start: Barrier) -> None:
    start.wait(timeout=20)
    connection.close()


@pytest.fixture
def poisonous(db: None) -> Iterator[None]:
    """Let relays fail on demand, and hear of each failure."""
    loggers = [logging.getLogger(name) for name in FAILING]
    poison.lay_out()
    for logger in loggers:
        logger.addHandler(mishaps)
        logger.propagate = False
    yield
    for logger in loggers:
        logger.removeHandler(mishaps)
        logger.propagate = True
    poison.take_away()


@pytest.fixture
def folds_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let tickets keep a fold from their third event on, and hear how often one was gone on from."""
    monkeypatch.setattr(kept_folds, "KEPT_OUT", 2)
    monkeypatch.setattr(kept_folds, "RENEWED_EVERY", 1)
    since = kept_folds.since

    def heard(*asked: Any) -> Any:
        found = since(*asked)
        told["went on from a fold" if found else "could not go on from a fold"] += 1
        return found

    monkeypatch.setattr(kept_folds, "since", heard)


@pytest.mark.database
@pytest.mark.timeout(3600)
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("poisonous", "folds_soon")
def test_whatever_happens_the_stored_clocks_flags_and_waits_are_what_arithmetic_says() -> None:
    thorough = hypothesis.settings.get_current_profile_name() == "thorough"
    told.clear()
    run_state_machine_as_test(
        Desk,
        settings=hypothesis.settings(
            THOROUGH if thorough else SHORT,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(dict(told))
