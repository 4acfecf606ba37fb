"""The processes of ./dev run beside the servers, in the order in which they start."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

from config import exposure
from config.runner.post_office.post_doors import PostDoors

CELERY = ("-m", "celery", "--quiet", "--app", "config")
OUTBOX_THREADS = "8"
"""They wait for strangers most of the time, and share one process."""


@dataclass(frozen=True, slots=True)
class Program:
    """A process to keep alive."""

    name: str
    command: tuple[str, ...]
    keeps_open: tuple[int, ...] = ()
    """Descriptors that are to be open in it."""


def web() -> Program:
    return Program("web", _python("-m", "config.web"))


def watchmen() -> list[Program]:
    """Return what watches once the web answers."""
    return [
        Program("worker", _worker("alarms", "prefork", os.environ.get("ATTEND_WORKERS", "2"))),
        Program("outbox", _worker("outbox", "threads", OUTBOX_THREADS)),
        Program("upkeep", _worker("upkeep", "solo", "1")),
        Program("beat", _python(*CELERY, "beat", "--pidfile=")),
        Program("watch", _python("manage.py", "watch")),
        Program("postman", _python("manage.py", "postman")),
    ]


def demo(doors: PostDoors) -> list[Program]:
    """Return the demo's mail server, which serves at these doors, and its customers."""
    at = tuple(str(door) for door in doors.descriptors)
    return [
        Program("post", _python("-m", "config.runner.post_office", *at), doors.descriptors),
        Program("demo", _python("manage.py", "demo", "--url", exposure.local_address())),
    ]


def _worker(queue: str, pool: str, concurrency: str) -> tuple[str, ...]:
    """Return the command of a worker that serves one queue."""
    chosen = ("--queues", queue, "--pool", pool, "--concurrency", concurrency)
    return _python(*CELERY, "worker", *chosen, "--without-gossip", "--without-mingle", "--without-heartbeat")


def _python(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, *arguments)
