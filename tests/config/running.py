"""Starting ./dev and the web server as real processes, waiting for what they say, and ending them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from django.db import connection

from config.addresses import ROOT

Found = TypeVar("Found")

OUTSIDE = (
    "DATABASE_URL",
    "REDIS_URL",
    "ATTEND_VAR",
    "ATTEND_CALLED_FROM",
    "ATTEND_REDIS_PREFIX",
    "HOST",
    "PORT",
    "ATTEND_DEMO",
    "ATTEND_DEMO_MAIL",
    "ATTEND_URL",
)
"""What a process is not to inherit from the test run."""

PATIENCE = 500.0
"""Seconds: all migrations are made on the way to being ready, which takes minutes on a machine that is busy."""

ENDS_WITHIN = 60.0
"""Seconds: a task may take thirty, and a machine that is busy takes as long once more."""


class HadToBeKilled(Exception):
    """Processes did not end though they were asked to; the message says which."""


def environment(**given: object) -> dict[str, str]:
    """Return our environment without the servers of the tests, and with what is given."""
    kept = {name: value for name, value in os.environ.items() if name not in OUTSIDE}
    return {**kept, **{name: str(value) for name, value in given.items()}}


def dev(*arguments: str, **given: object) -> subprocess.CompletedProcess[str]:
    """Run a command of ./dev to its end."""
    return subprocess.run(
        [sys.executable, "-m", "config.runner.commands", *arguments],
        cwd=ROOT,
        env=environment(**given),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


class Running:
    """A process whose output is kept in a file."""

    def __init__(
        self, *arguments: str, output: Path, env: dict[str, str], python: Path | str = sys.executable
    ) -> None:
        self.output = output
        with output.open("wb") as file:
            self.popen = subprocess.Popen(
                [python, *arguments],
                cwd=ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
            )

    def said(self) -> str:
        return self.output.read_text(errors="replace")

    def await_words(self, words: str) -> None:
        """Return once it has said the words; fail if it ends, or takes too long."""
        eventually(lambda: words in self.said() or self.popen.poll() is not None, within=PATIENCE)
        assert words in self.said(), self.said()

    def children(self) -> dict[str, int]:
        """Return the ids of its children by what their command line names them."""
        known = {
            "config.web": "web",
            " alarms ": "worker",
            " outbox ": "outbox",
            " upkeep ": "upkeep",
            " beat ": "beat",
            " watch ": "watch",
            " postman ": "postman",
            "post_office": "post",
            "valkey": "valkey",
            "postgres": "postgres",
        }
        lines = {pid: _command_line(pid) for pid in children_of(self.popen.pid)}
        return {name: pid for pid, line in lines.items() for word, name in known.items() if word in line}

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """Ask it to end, and return its exit code; kill it if it does not, and raise HadToBeKilled."""
        end(self.popen, how=how)
        return self.popen.returncode


@contextmanager
def running(
    *arguments: str, output: Path, env: dict[str, str], python: Path | str = sys.executable
) -> Iterator[Running]:
    process = Running(*arguments, output=output, env=env, python=python)
    try:
        yield process
    finally:
        process.stop()


def end(
    *processes: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM, within: float = ENDS_WITHIN
) -> None:
    """Ask all to end, and return once they have; kill whoever has not in time, and raise HadToBeKilled."""
    for process in processes:
        process.send_signal(how)
    deadline = time.monotonic() + within
    killed = [process for process in processes if not _ends(process, deadline)]
    if killed:
        raise HadToBeKilled("; ".join(str(process.args) for process in killed))


def _ends(process: subprocess.Popen[bytes], deadline: float) -> bool:
    try:
        process.wait(max(deadline - time.monotonic(), 0.0))
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False
    return True


def eventually(question: Callable[[], Found], *, within: float = 20.0) -> Found:
    """Ask until the answer is true, and return it; fail after `within` seconds."""
    deadline = time.monotonic() + within
    while not (answer := question()):
        assert time.monotonic() < deadline, f"not within {within} s"
        time.sleep(0.05)
    return answer


def database_url() -> str:
    """Return the address of the database that this test run is on, for another process."""
    its = connection.settings_dict
    who = quote(its["USER"], safe="") + (f":{quote(its['PASSWORD'], safe='')}" if its["PASSWORD"] else "")
    where = quote(its["HOST"], safe="") + (f":{its['PORT']}" if its["PORT"] else "")
    return f"postgresql://{who}@{where}/{its['NAME']}"


def free_port() -> int:
    """Return a port that is free now, below those that the system hands out by itself."""
    for port in range(20000 + os.getpid() % 5000, 32000):
        with socket.socket() as trial:
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")


def _command_line(pid: int) -> str:
    """Return the words of a process, or nothing of one that has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def children_of(parent: int) -> list[int]:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return [int(pid) for pid in children.split()]
