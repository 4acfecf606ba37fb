"""The processes of ./dev run beside the servers, in the order in which they start."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

from config import exposure


@dataclass(frozen=True, slots=True)
class Program:
    """A process to keep alive."""

    name: str
    command: tuple[str, ...]


def web() -> Program:
    return Program("web", _python("-m", "config.web"))


def watchmen() -> list[Program]:
    """Return what watches once the web answers, and the demo where it is wanted."""
    celery = ("-m", "celery", "--quiet", "--app", "config")
    alone = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    workers = os.environ.get("ATTEND_WORKERS", "2")
    programs = [
        Program("worker", _python(*celery, "worker", "--concurrency", workers, *alone)),
        Program("beat", _python(*celery, "beat", "--pidfile=")),
        Program("watch", _python("manage.py", "watch")),
    ]
    if exposure.demo_wanted():
        programs.append(Program("demo", _python("manage.py", "demo", "--url", exposure.local_address())))
    return programs


def _python(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, *arguments)
