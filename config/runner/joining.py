"""The servers for a single command: those of a running ./dev run, else its own for as long as it takes."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from config import addresses
from config.runner import embedded
from config.runner.claim import DirectoryTaken, claim


@contextmanager
def servers() -> Iterator[None]:
    """Name the servers in the environment: joined, or started and stopped; raise Taken if they cannot be joined."""
    var = addresses.var()
    var.mkdir(parents=True, exist_ok=True)
    with (var / "guests.lock").open("w") as guests, ExitStack() as stack:
        fcntl.flock(guests, fcntl.LOCK_SH)  # whoever owns the servers waits for us before stopping them
        try:
            claimed = claim(var)
        except DirectoryTaken:
            _join(var)
        else:
            stack.enter_context(claimed.ours)
            _start(var, claimed.children, stack, guests)
        yield


def _join(var: Path) -> None:
    """Name the servers of whoever runs here, once they answer."""
    for server in embedded.servers(var):
        server.await_socket()
        os.environ[server.variable] = server.url


def _start(var: Path, children: int, stack: ExitStack, guests: IO[str]) -> None:
    fresh = not (var / "postgres").exists()
    for server in embedded.servers(var, keep_open=(children,)):
        stack.callback(server.stop)
        server.start()
        os.environ[server.variable] = server.url
    stack.callback(fcntl.flock, guests, fcntl.LOCK_EX)
    if fresh:
        subprocess.run([sys.executable, "manage.py", "prepare"], stdout=subprocess.DEVNULL, check=True)


def run(*command: str) -> int:
    """Run a command to its end, and return its code; Ctrl-C is its affair, and the servers outlive it."""
    kept = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return subprocess.call([sys.executable, *command], preexec_fn=_heed_interrupts)  # one thread
    finally:
        signal.signal(signal.SIGINT, kept)


def _heed_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
