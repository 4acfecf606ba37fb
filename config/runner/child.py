"""Processes that are kept alive: started, and after an unexpected end started again, less and less eagerly."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field

from config import addresses
from config.runner import identity
from config.runner.console import Console
from config.runner.embedded import Postgres, Valkey
from config.runner.programs import Program
from config.runner.server import ServerFailed

WAITS = (0.2, 1.0, 3.0, 10.0, 30.0)
"""Seconds before each new start in a row."""

STEADY_AFTER = 30.0
"""Seconds after which a process counts as steady, and its next end as the first."""


@dataclass
class Process:
    """A program at work."""

    program: Program
    keep_open: tuple[int, ...]
    console: Console
    popen: subprocess.Popen[bytes] | None = None

    @property
    def name(self) -> str:
        return self.program.name

    @property
    def ended(self) -> bool:
        return self.popen is not None and self.popen.poll() is not None

    def start(self) -> None:
        self.kill()
        self.popen = subprocess.Popen(
            self.program.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=addresses.ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", "PGAPPNAME": f"attend {self.name}"},
            start_new_session=True,
            pass_fds=(*self.keep_open, *self.program.keeps_open),
            preexec_fn=identity.dying_with_us(),  # noqa: PLW1509  # the supervisor has one thread
        )
        if self.popen.stdout:
            self.console.follow(self.name, self.popen.stdout)

    def ask_to_stop(self) -> None:
        if self.popen is not None and not self.ended:
            self.popen.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the process, and whatever it has started and left behind."""
        if self.popen is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()


@dataclass
class KeptAlive:
    """A server or a process that is to live as long as we do."""

    thing: Postgres | Valkey | Process
    console: Console
    ends: int = field(default=0, init=False)
    began_at: float = field(default=0.0, init=False)
    again_at: float | None = field(default=None, init=False)

    def start(self) -> None:
        """Start it; raise ServerFailed."""
        self.began_at, self.again_at = time.monotonic(), None
        self.thing.start()

    def look_after(self) -> None:
        """Notice an end, and start again when the time has come."""
        if self.again_at is None:
            if self.thing.ended:
                self._wait(f"{self.thing.name} has ended")
        elif time.monotonic() >= self.again_at:
            try:
                self.start()
            except ServerFailed as failure:
                self._wait(str(failure).rstrip("."))

    def _wait(self, what: str) -> None:
        now = time.monotonic()
        self.ends = 1 if now - self.began_at > STEADY_AFTER else self.ends + 1
        wait = WAITS[min(self.ends, len(WAITS)) - 1]
        self.again_at = now + wait
        self.console.say(f"{what}; it is started again in {wait:g} s.")
