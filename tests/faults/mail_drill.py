"""Customers write by mail and an agent answers them, while something dies: each is heard once, and answered once.

Customers and shop have the demo's mail server (aiosmtpd and pymap); all else is what ./dev run starts. Who was killed
is started again after a while, as whoever keeps services going would. Every second customer is answered at once;
the others' promises break, and are flagged meanwhile.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from email import message_from_bytes
from threading import Event

from django.db import connection

from config.runner.embedded import Postgres, Valkey
from config.runner.post_office.letter_boxes import MOST_MAILS
from helpdesk.demo.post.demo_addresses import CUSTOMERS
from tests.bench import stage
from tests.config.post_office.running_post import RunningPost, running_post
from tests.config.running import eventually
from tests.faults import drill, mail_cast
from tests.faults.outbox_drill import OutboxOutcome

STAFF = ("worker", "outbox", "upkeep", "beat", "watch", "postman")
MOST_CUSTOMERS = MOST_MAILS // 2
"""What the server's boxes hold, with room for whatever would be doubled."""
PATIENCE = 180.0
"""Seconds after the last mail until which everything has to be as it should."""


@dataclass
class MailScene:
    """Who is at work: the mail server, our own servers, and the processes of ./dev run by name."""

    post: RunningPost
    servers: dict[str, Postgres | Valkey]
    staff: dict[str, subprocess.Popen[bytes]]
    stack: ExitStack


def run(fault: str, size: drill.Size) -> OutboxOutcome:
    """Hold one drill on servers of its own."""
    os.environ["ATTEND_EMAIL_URL"] = "console:"  # alerts are not what is looked at
    customers, over = min(size.due, MOST_CUSTOMERS), Event()
    with ExitStack() as stack:
        post = stack.enter_context(running_post())
        scene = MailScene(post, stack.enter_context(stage.servers()), {}, stack)
        drill.let_commits_be_durable()
        mail_cast.open_shop(post)
        scene.staff |= zip(STAFF, stack.enter_context(drill.at_work(*STAFF)), strict=True)
        eventually(lambda: _count("helpdesk_mailboxfolder") == 1, within=60)
        cast = stack.enter_context(ThreadPoolExecutor(2))
        stack.callback(over.set)
        writing = cast.submit(mail_cast.write, post, customers, size.within)
        answering = cast.submit(mail_cast.answer, over)
        time.sleep(size.within / 4)
        FAULTS[fault](scene, size)
        repeated = writing.result()
        _await(lambda: _is_settled(post, customers))
        over.set()
        answering.result()
        return _outcome(fault, post, customers, repeated)


def _await(question: Callable[[], bool]) -> None:
    """Wait as long as we are patient: what lacks then is told."""
    deadline = time.monotonic() + PATIENCE
    while not question() and time.monotonic() < deadline:
        time.sleep(0.5)


def _is_settled(post: RunningPost, customers: int) -> bool:
    return (
        _count("helpdesk_ticket") >= customers
        and _count("monitor_clock WHERE" + _OVER) >= customers
        and _count("monitor_clock WHERE" + _UNFLAGGED) == 0
        and len(_answers(post)) >= (customers + 1) // 2
        and _count("helpdesk_delivery WHERE due_at IS NOT NULL") == 0
    )


def _outcome(fault: str, post: RunningPost, customers: int, repeated: int) -> OutboxOutcome:
    tickets, questions = _count("helpdesk_ticket"), _count("helpdesk_message WHERE author = 'customer'")
    said, flags = (
        _count("helpdesk_message WHERE author = 'agent'"),
        _count("monitor_flag WHERE level = 'breached'"),
    )
    answers = _answers(post)
    mails = sum(ids.total() for ids in answers.values())
    renamed = sum(len(ids) - 1 for ids in answers.values())
    unflagged, twice = _count("monitor_clock WHERE" + _UNFLAGGED), _count(_FLAGGED_TWICE)
    figures = (
        f"{customers} mails, {repeated} sent again by their customers: {tickets} tickets with {questions} questions; "
        f"{said} answers: {len(answers)} customers got them in {mails} mails, {renamed} under another id; "
        f"{flags} broken promises flagged, {unflagged} lost, {twice} doubled"
    )
    heard = tickets == questions == customers
    answered = said == len(answers) == (customers + 1) // 2 and renamed == 0 and mails <= 2 * said
    return OutboxOutcome(fault, figures, heard and answered and unflagged == twice == 0)


def _answers(post: RunningPost) -> dict[str, Counter[str]]:
    """Return which ids of mails lie in the customers' box, by whom they are for, and how often each."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for raw in post.lies_in(CUSTOMERS):
        mail = message_from_bytes(raw)
        found[str(mail["Delivered-To"])][str(mail["Message-ID"])] += 1
    return found


def _count(of: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {of}")  # noqa: S608  # ours
        [(count,)] = cursor.fetchall()
    return int(count)


# What dies.


def nothing(scene: MailScene, size: drill.Size) -> None:
    """Let everybody live."""


def killing(name: str) -> Callable[[MailScene, drill.Size], None]:
    """Return the fault that kills a process outright, with its pool; another takes its place after a while."""

    def kill(scene: MailScene, size: drill.Size) -> None:
        os.killpg(scene.staff[name].pid, signal.SIGKILL)
        scene.staff[name].wait()
        time.sleep(size.outage)
        [scene.staff[name]] = scene.stack.enter_context(drill.at_work(name))

    return kill


def mail_server(scene: MailScene, size: drill.Size) -> None:
    """Freeze the mail server for a while: it is connected to, and answers nothing."""
    assert scene.post.process
    scene.post.process.send_signal(signal.SIGSTOP)
    time.sleep(size.outage)
    scene.post.process.send_signal(signal.SIGCONT)


def valkey(scene: MailScene, size: drill.Size) -> None:
    """Kill Valkey outright, and start it again, empty, after a while."""
    drill.server_process(scene.servers, "valkey").kill()
    time.sleep(size.outage)
    scene.servers["valkey"].start()


def database(scene: MailScene, size: drill.Size) -> None:
    """Stop PostgreSQL as a crash would, and start it again."""
    process = drill.server_process(scene.servers, "postgres")
    process.send_signal(signal.SIGQUIT)
    process.wait()
    scene.servers["postgres"].start()
    connection.close()


FAULTS: dict[str, Callable[[MailScene, drill.Size], None]] = {
    "mail": nothing,
    "mail-postman": killing("postman"),
    "mail-filing": killing("upkeep"),
    "mail-leaving": killing("outbox"),
    "mail-alarms": killing("worker"),
    "mail-server": mail_server,
    "mail-valkey": valkey,
    "mail-database": database,
}

_OVER = """
    metric = 'first_response' AND (breach_at < clock_timestamp() OR ended_at IS NOT NULL)
"""

_UNFLAGGED = """
    metric = 'first_response' AND breach_at < coalesce(ended_at, clock_timestamp())
       AND NOT EXISTS (SELECT FROM monitor_flag flag WHERE flag.clock_id = monitor_clock.id AND level = 'breached')
"""

_FLAGGED_TWICE = """
    (SELECT FROM monitor_flag GROUP BY clock_id, level HAVING count(*) > 1) AS twice
"""
