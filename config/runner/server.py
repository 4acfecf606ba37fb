"""A server as a plain child process, on a UNIX socket in a private directory."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import ClassVar

from config import addresses
from config.runner import identity
from config.runner.identity import PidIdentity

STARTS_WITHIN = 60.0
"""Seconds that a server gets; recovery after a crash included."""


class ServerFailed(Exception):
    """A server did not start, and the message says why or where to look."""


class Server:
    """A child process with a socket and a log, which ends with us."""

    name: ClassVar[str]
    variable: ClassVar[str]
    """Name of the environment variable that stands for this server."""
    socket_name: ClassVar[str]
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM

    def __init__(self, var: Path, *, durable: bool = True, keep_open: tuple[int, ...] = ()) -> None:
        self.var, self.durable, self.keep_open = var.absolute(), durable, keep_open
        self.sockets = addresses.sockets(self.var)
        self.socket = self.sockets / self.socket_name
        self.log = self.var / "log" / f"{self.name}.log"
        self.identity = PidIdentity.OURSELVES
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def ended(self) -> bool:
        """Whether it ran and runs no more; asking reaps it."""
        return self.process is not None and self.process.poll() is not None

    def spawn(self, *command: object) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=server_environment(),
                cwd=self.sockets,
                start_new_session=True,
                pass_fds=self.keep_open,
                preexec_fn=identity.dying_with_us(self.identity, self.stop_signal),  # noqa: PLW1509  # one thread
            )

    def await_socket(self) -> None:
        """Return once somebody listens; raise ServerFailed if our process ends before."""
        deadline = time.monotonic() + STARTS_WITHIN
        while not listening(self.socket):
            if self.ended or time.monotonic() > deadline:
                raise ServerFailed(f"{self.name} did not start; {self.log} says why.")
            time.sleep(0.02)

    def stop(self) -> None:
        if self.process is None:
            return
        if not self.ended:
            self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def make_private(directory: Path, owner: PidIdentity) -> None:
    """Make a directory that nobody else may enter; raise ServerFailed if it is somebody else's."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if directory.stat().st_uid not in {os.getuid(), 65534} or directory.stat().st_mode & 0o077:
        raise ServerFailed(f"{directory} must be ours, and closed to everybody else.")
    identity.own(directory, owner)


def server_environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def listening(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
        except OSError:
            return False
    return True
