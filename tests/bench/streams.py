"""Two hundred streams on one web process: what they weigh, and whether any of them misses a change.

A ticket changes while all is well, while Redis is gone, and while the web process is; each time every reader must have
been told within two seconds of when it could be. In the end the process is asked to stop with all of them open.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from redis import Redis

from config import exposure
from config.runner import identity, programs
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Membership, Queue, Store, Ticket
from helpdesk.tickets import ticket_attributes
from helpdesk.tickets.opening import opening
from helpdesk.tickets.opening.new_ticket import NewCustomer, NewMessage, NewTicket
from tests.bench import stage
from tests.bench.figure import Effort, Figure, bounded
from tests.helpdesk.live.open_stream import OpenStream
from tests.web.session import session_of

STREAMS: Final = 200
TOLD_WITHIN: Final = 2.0
STOPS_WITHIN: Final = 10.0
STALLED: Final = 20
"""Readers that never read."""
RINGS_UNREAD: Final = 30


class Listeners:
    """Streams of some agents, and the version up to which each was told."""

    def __init__(self, sessions: list[str], ticket: Ticket, agent: Agent) -> None:
        self._sessions, self._ticket, self._agent = sessions, ticket, agent
        self._versions: list[int] = [10**15 - 1] * len(sessions)
        self._open: list[OpenStream] = []
        self._tag = 0
        self.missed = 0

    def connect(self) -> None:
        """Open all of them, from the version that each knows."""
        for place in range(len(self._sessions)):
            self._connect(place)

    def _connect(self, place: int) -> OpenStream:
        stream = OpenStream(exposure.port(), self._sessions[place], since=self._versions[place])
        if stream.status != 200 or stream.next() is None:
            raise stage.NotStarted(f"a stream: {stream.status}")
        self._open.append(stream)
        return stream

    def change(self) -> float:
        """Change the ticket, and return when that was committed."""
        self._tag += 1
        with transaction.atomic():
            ticket_attributes.change_tags(
                ticket=self._ticket, tags=[str(self._tag)], by=self._agent, now=database_now()
            )
        return time.perf_counter()

    def told_after(self, began: float) -> float:
        """Return the seconds until the last of them was told; those who are not are counted as `missed`."""
        for place, stream in enumerate(self._open):
            try:
                self._versions[place] = stream.next_ring()["version"]
            except (AssertionError, TimeoutError, OSError):
                self.missed += 1
        return time.perf_counter() - began

    def back(self) -> float:
        """Open all of them again, and return the longest time from there to the change that was missed."""
        longest = 0.0
        for place in range(len(self._sessions)):
            began = time.perf_counter()
            self._versions[place] = self._connect(place).next_ring()["version"]
            longest = max(longest, time.perf_counter() - began)
        return longest

    def close(self) -> None:
        for stream in self._open:
            with suppress(OSError):
                stream.close()
        self._open.clear()

    def ended(self) -> int:
        """Return how many of them were told that it is over."""
        return sum(_ends(stream) for stream in self._open)


def run(effort: Effort) -> list[Figure]:
    """Seconds, and KiB of PSS."""
    listeners = _listeners(STREAMS)
    with ExitStack() as stack:
        web = stack.enter_context(one_web())
        bare = pss(web.pid)
        listeners.connect()
        weight = (pss(web.pid) - bare) / STREAMS
        well = listeners.told_after(listeners.change())
        without_redis = _without_redis(listeners)
        unread = _grown_by_unread(web, listeners)
        web.kill()
        listeners.close()
        listeners.change()
        web = stack.enter_context(one_web())
        back = listeners.back()
        stopped, ended = _stopped(web, listeners)
    return [
        bounded(f"PSS of one of {STREAMS} streams", weight, unit="KiB", limit=100),
        bounded("all told of a change", well, unit="s", limit=TOLD_WITHIN),
        bounded("all told while Redis answers nobody", without_redis, unit="s", limit=TOLD_WITHIN),
        bounded("process killed, changed meanwhile: told", back, unit="s", limit=TOLD_WITHIN),
        bounded("told by nobody", listeners.missed, unit="streams", limit=0),
        bounded(f"growth by {STALLED} that never read", unread, unit="KiB", limit=4096),
        bounded(f"stop with {STREAMS} open", stopped, unit="s", limit=STOPS_WITHIN),
        bounded("not told that it stops", STREAMS - ended, unit="streams", limit=0),
    ]


def _listeners(number: int) -> Listeners:
    """Make an agent for every ten streams, and a ticket that they see."""
    shop = stage.shop()
    queue, store = Queue.objects.get(pk=shop.queue), Store.objects.get(pk=shop.store)
    agents = [Agent.objects.create_user(f"{one}@example.com", name=str(one)) for one in range(number // 10)]
    Membership.objects.bulk_create(Membership(agent=agent, queue=queue) for agent in agents)
    asked = NewTicket(
        subject="Where is it?", message=NewMessage(body="…"), customer=NewCustomer(email="jon@example.com")
    )
    with transaction.atomic():
        [opened] = opening.open_tickets([asked], store=store, now=database_now())
    if opened.ticket is None:
        raise stage.NotStarted("the ticket")
    return Listeners([session_of(agent) for agent in agents for _ in range(10)], opened.ticket, agents[0])


@contextmanager
def one_web() -> Iterator[subprocess.Popen[bytes]]:
    """Serve by one process."""
    env = {**os.environ, "ATTEND_WEB_PROCESSES": "1"}
    process = subprocess.Popen(
        programs.web().command,
        env=env,
        preexec_fn=identity.dying_with_us(),  # noqa: PLW1509  # one thread
    )
    try:
        stage.await_web()
        yield process
    finally:
        process.kill()
        process.wait()


def _without_redis(listeners: Listeners) -> float:
    """Have Redis answer nobody for a while, and a ticket change meanwhile."""
    with Redis.from_url(settings.REDIS_URL) as redis:
        redis.client_pause(4_000)
        took = listeners.told_after(listeners.change())
        redis.ping()  # it answers again
    return took


def _grown_by_unread(web: subprocess.Popen[bytes], listeners: Listeners) -> float:
    """Return by how much the process grows while some listen and never read."""
    before = pss(web.pid)
    stalled = [OpenStream(exposure.port(), session) for session in listeners._sessions[:STALLED]]
    for _ in range(RINGS_UNREAD):
        listeners.told_after(listeners.change())
    grown = pss(web.pid) - before
    for stream in stalled:
        stream.close()
    return grown


def _stopped(web: subprocess.Popen[bytes], listeners: Listeners) -> tuple[float, int]:
    """Ask the process to stop; return the seconds that it takes, and how many streams were told."""
    began = time.perf_counter()
    web.terminate()
    ended = listeners.ended()
    web.wait(30)
    return time.perf_counter() - began, ended


def _ends(stream: OpenStream) -> bool:
    try:
        while told := stream.next():
            if told.kind == "over":
                return True
    except OSError:
        return False
    return False


def pss(pid: int) -> float:
    """Return the KiB of a process, pages that it shares counted in part."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith("Pss:")))
