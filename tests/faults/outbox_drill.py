"""What must leave, leaves: no mail server for an hour or a night, receivers that are silent, a sender that is killed.

Mail server, receivers and database are real. An hour passes in simulated time; silence and kills are real ones,
with the workers, beat and the watch of ./dev run.
"""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import Any

from django.db import connection, transaction

from tests.bench import crowd, stage
from tests.bench.lag import let_fall_due
from tests.faults import drill
from tests.helpdesk.outbox.receiver import closed_port, silent
from tests.helpdesk.outbox.smtp_server import MailServer, serving
from tests.serving import served

MINUTE = timedelta(minutes=1)
HEARTBEAT_GAP = 2.0
"""Seconds that may lie between two heartbeats, whatever the outbox waits for."""


@dataclass(frozen=True, slots=True)
class OutboxOutcome:
    """What came of it: figures to read, and whether nothing was lost, doubled or given up."""

    fault: str
    figures: str
    sound: bool

    def __str__(self) -> str:
        return f"{self.fault:9} {self.figures}"


@dataclass
class Shop:
    """A store that receives webhooks, and keeps each message's id and the flags it told of."""

    answers_after: float = 0.0
    ids: list[str] | None = None
    flags: Counter[str] | None = None
    lags: list[float] | None = None
    on_receipt: Callable[[], None] = lambda: None

    @property
    def doubled(self) -> int:
        assert self.flags is not None
        return sum(count - 1 for count in self.flags.values())


def run(fault: str, size: drill.Size) -> OutboxOutcome:
    """Hold one drill on servers of its own."""
    os.environ["ATTEND_WEBHOOK_NETWORKS"] = "127.0.0.0/8"
    return FAULTS[fault](fault, size)


# Without mail, in simulated time.


def hour(fault: str, size: drill.Size) -> OutboxOutcome:
    """Let the mail server be dead for an hour, with a breach a minute in each of three queues."""
    return _without_mail(fault, minutes=60)


def night(fault: str, size: drill.Size) -> OutboxOutcome:
    """The same for ten hours."""
    return _without_mail(fault, minutes=600)


def _without_mail(fault: str, *, minutes: int) -> OutboxOutcome:
    port = closed_port()
    os.environ["ATTEND_EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
    with stage.servers():
        queues = [_watched_queue(number, tickets=minutes) for number in range(3)]
        began = _now()
        for minute in range(minutes):
            for queue in queues:
                _break_a_promise(queue, now=began + minute * MINUTE)
            _let_out(began + minute * MINUTE, minutes=1)
        probes = _count("SELECT count(*) FROM helpdesk_wayout WHERE down_since IS NOT NULL")
        back = began + minutes * MINUTE
        with serving(port=port) as server:
            _let_out(back, minutes=6)
        return _of_mail(fault, server, promises=3 * minutes, outages=probes)


def _of_mail(fault: str, server: MailServer, *, promises: int, outages: int) -> OutboxOutcome:
    given_up = _count("SELECT count(*) FROM helpdesk_delivery WHERE given_up_at IS NOT NULL")
    told = Counter(
        reference
        for taken in server.taken
        for reference in re.findall(r"/tickets/(b\d+q\d+)/", taken.message.get_content())
    )
    lost, doubled = promises - len(told), sum(count - 1 for count in told.values())
    by_queue = Counter(recipient for taken in server.taken for recipient in taken.recipients)
    figures = (
        f"{promises} promises broken, {outages} outage; on return {len(server.taken)} mails to "
        f"{len(by_queue)} queues, {given_up} given up, {lost} lost, {doubled} doubled"
    )
    sound = (lost, doubled, given_up, outages) == (0, 0, 0, 1) and set(by_queue.values()) == {1}
    return OutboxOutcome(fault, figures, sound)


def _let_out(now: datetime, *, minutes: int) -> None:
    """Do what `helpdesk.deliver` does, every fifteen simulated seconds."""
    from helpdesk.outbox import outbox
    from monitor.alerts import news_delivery

    for second in range(0, 60 * minutes, 15):
        at = now + timedelta(seconds=second)
        news_delivery.make_out(now=at, limit=500)
        outbox.send_due(clock=lambda at=at: at, seconds=20)  # type: ignore[misc]  # bound at once


def _break_a_promise(queue: int, *, now: datetime) -> None:
    from monitor.watch import sweep

    with connection.cursor() as cursor:
        cursor.execute(_BREAK_ONE, {"queue": queue, "now": now})
    assert sweep.sweep(now=now, limit=10, noticed_by="drill") == 1


# Silent receivers, and a sender that is killed, in real time.


def silence(fault: str, size: drill.Size) -> OutboxOutcome:
    """Let two receivers never answer and one take eight seconds, while others and mail are to go on."""
    slow, quick = _shop(answers_after=8.0), _shop()
    with ExitStack() as stack:
        mail = stack.enter_context(serving())
        urls = [f"http://127.0.0.1:{stack.enter_context(silent())}/" for _ in range(2)]
        urls += [stack.enter_context(_receiving(shop)) for shop in (slow, quick)]
        os.environ["ATTEND_EMAIL_URL"] = f"smtp://127.0.0.1:{mail.port}"
        stack.enter_context(stage.servers())
        due = _stores(urls, each=size.due // 4)
        stack.enter_context(drill.at_work("worker", "outbox", "beat", "watch"))
        _await_everybody()
        let_fall_due(due, size.within)
        gap = _longest_gap(lambda: _told(slow, quick) == due // 2 and bool(mail.taken), size.within + 60)
        return _of_silence(fault, slow, quick, mail, gap=gap, due=due)


def _of_silence(
    fault: str, slow: Shop, quick: Shop, mail: MailServer, *, gap: float, due: int
) -> OutboxOutcome:
    doubled, lost = slow.doubled + quick.doubled, due // 2 - _told(slow, quick)
    given_up = _count("SELECT count(*) FROM helpdesk_delivery WHERE given_up_at IS NOT NULL")
    down = _count("SELECT count(*) FROM helpdesk_wayout WHERE down_since IS NOT NULL")
    longest = max(quick.lags or [0.0])
    figures = (
        f"{due} flags for four stores; {len(quick.ids or [])} messages to the quick one, longest {longest:.1f} s "
        f"after the flag, {len(slow.ids or [])} to the slow one, {len(mail.taken)} mails; {down} ways out down, "
        f"{lost} lost, {doubled} doubled, {given_up} given up; longest gap of the heartbeat {gap:.2f} s"
    )
    sound = (lost, doubled, given_up, down) == (0, 0, 0, 2) and bool(mail.taken) and gap <= HEARTBEAT_GAP
    return OutboxOutcome(fault, figures, sound)


def sender(fault: str, size: drill.Size) -> OutboxOutcome:
    """Kill the outbox's worker when a receiver has its message and has not answered yet."""
    shop = _shop()
    os.environ["ATTEND_EMAIL_URL"] = "console:"
    with ExitStack() as stack:
        url = stack.enter_context(_receiving(shop))
        stack.enter_context(stage.servers())
        due = _stores([url], each=size.due)
        stack.enter_context(drill.at_work("worker", "beat", "watch"))
        victim = stack.enter_context(drill.at_work("outbox"))[0]
        _await_everybody()
        shop.on_receipt = lambda: _kill(shop, victim.pid)
        let_fall_due(due, size.within)
        _await(lambda: victim.poll() is not None, within=size.within + 60)
        killed_at = time.monotonic()
        stack.enter_context(drill.at_work("outbox"))
        _await(lambda: len(shop.flags or {}) == due and _waiting() == 0, within=size.within + 90)
        return _of_sender(fault, shop, due=due, seconds=time.monotonic() - killed_at)


def _kill(shop: Shop, pid: int) -> None:
    shop.on_receipt = lambda: None
    os.killpg(pid, signal.SIGKILL)


def _of_sender(fault: str, shop: Shop, *, due: int, seconds: float) -> OutboxOutcome:
    ids = Counter(shop.ids or [])
    lost, twice = due - len(shop.flags or {}), sum(count - 1 for count in ids.values())
    told_again = Counter({flag: count for flag, count in (shop.flags or {}).items() if count > 1})
    figures = (
        f"{due} flags in {len(ids)} messages; {lost} lost, {twice} message sent twice, under the same id, with "
        f"{len(told_again)} flags; all told {seconds:.0f} s after the kill"
    )
    return OutboxOutcome(fault, figures, lost == 0 and twice <= 1 and (twice == 1 or not told_again))


# The scene.


def _shop(answers_after: float = 0.0) -> Shop:
    return Shop(answers_after, ids=[], flags=Counter(), lags=[])


@contextmanager
def _receiving(shop: Shop) -> Iterator[str]:
    """Serve a shop; yield its address."""

    class Reception(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            _keep(shop, self.headers["webhook-id"], body["data"])
            shop.on_receipt()
            time.sleep(shop.answers_after)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Be quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Reception)
    with served(server):
        yield f"http://127.0.0.1:{server.server_port}/"


def _keep(shop: Shop, message_id: str, data: list[dict[str, Any]]) -> None:
    assert shop.ids is not None
    assert shop.flags is not None
    assert shop.lags is not None
    shop.ids.append(message_id)
    shop.flags.update(each["flag"]["id"] for each in data)
    oldest = min(datetime.fromisoformat(each["flag"]["noticed_at"]) for each in data)
    shop.lags.append(time.time() - oldest.timestamp())


def _told(*shops: Shop) -> int:
    return sum(len(shop.flags or {}) for shop in shops)


def _watched_queue(number: int, *, tickets: int) -> int:
    """Return a queue with an overseer of its own, and tickets whose promises can be broken."""
    from helpdesk.models import Agent, Environment, Membership, Queue, Role, Store

    queue = Queue.objects.create(name=f"Drill {number}")
    agent = Agent.objects.create(email=f"overseer{number}@example.com", name=f"Overseer {number}")
    Membership.objects.create(agent=agent, queue=queue, role=Role.OVERSEER)
    store = Store.objects.create(name=f"Drill {number}", environment=Environment.LIVE, default_queue=queue)
    crowd.add_tickets(stage.Shop(store.pk, queue.pk, ""), tickets)
    with connection.cursor() as cursor:
        cursor.execute(_NAME_APART, [queue.pk, queue.pk])
    return queue.pk


def _stores(urls: list[str], *, each: int) -> int:
    """Make a store for each address, each with so many tickets; return how many there are."""
    from helpdesk.models import Store

    for number, url in enumerate(urls):
        queue = _watched_queue(number, tickets=each)
        Store.objects.filter(default_queue=queue).update(webhook_url=url)
    crowd.tidy()
    return each * len(urls)


def _await_everybody() -> None:
    """Return once the heartbeat has signed, and the outbox has settled a delivery that leads nowhere."""
    from helpdesk.outbox import items
    from monitor.alerts.news_delivery import ALERT_MAIL, NEWS

    with transaction.atomic():
        items.put(channel_name=ALERT_MAIL, key=0, kind=NEWS, numbers=[0], now=_now())
    _await(lambda: _count(_HEARTBEATS) > 0 and _waiting() == 0)


def _longest_gap(is_over: Callable[[], bool], within: float) -> float:
    """Look at the heartbeat's sign until it is over; return the longest time between two signs, in seconds."""
    until = time.monotonic() + within
    seen: list[datetime] = []
    while not is_over() and time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT seen_at FROM monitor_lifesign WHERE name = 'heartbeat'")
            seen += [at for (at,) in cursor.fetchall() if at not in seen[-1:]]
        time.sleep(0.02)
    return max(((later - at).total_seconds() for at, later in pairwise(seen)), default=within)


def _await(question: Callable[[], bool], *, within: float = 60.0) -> None:
    deadline = time.monotonic() + within
    while not question() and time.monotonic() < deadline:
        time.sleep(0.1)


def _waiting() -> int:
    return _count("SELECT count(*) FROM helpdesk_delivery WHERE due_at IS NOT NULL")


def _count(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        [(count,)] = cursor.fetchall()
    return int(count)


def _now() -> datetime:
    from helpdesk.database.instant import database_now

    return database_now()


FAULTS: dict[str, Callable[[str, drill.Size], OutboxOutcome]] = {
    "hour": hour,
    "night": night,
    "silence": silence,
    "sender": sender,
}

_HEARTBEATS = "SELECT count(*) FROM monitor_lifesign WHERE name = 'heartbeat'"

_NAME_APART = """
    UPDATE helpdesk_ticket SET reference = reference || 'q' || %s WHERE queue_id = %s
"""

_BREAK_ONE = """
    UPDATE monitor_clock SET due_at = %(now)s, breach_at = %(now)s, breach_kind = 'due', rings_at = %(now)s
     WHERE id = (SELECT clock.id FROM monitor_clock clock JOIN helpdesk_ticket ticket ON ticket.id = clock.ticket_id
                  WHERE ticket.queue_id = %(queue)s AND clock.breach_at IS NULL ORDER BY clock.id LIMIT 1)
"""
