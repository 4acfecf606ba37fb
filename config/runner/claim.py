"""Who may run servers and processes on a directory: one at a time, and nobody before the last ones are gone."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

LEFTOVERS_END_WITHIN = 45.0
"""Seconds that the processes of a killed run get: the slowest task, and the database's shutdown."""


class DirectoryTaken(Exception):
    """Somebody else runs on this directory; the message says who."""


@dataclass(frozen=True)
class DirectoryClaim:
    """The right to run on a directory, held until the process ends.

    `children` is a locked file that every child inherits: it stays locked as long as one of them lives.
    """

    ours: IO[str]
    children: int


def claim(var: Path) -> DirectoryClaim:
    """Claim a directory; raise Taken while another run holds it or its processes have not ended."""
    var.mkdir(parents=True, exist_ok=True)
    with ExitStack() as given_up:
        ours = given_up.enter_context((var / "lock").open("a+"))
        if not _lock(ours.fileno()):
            ours.seek(0)
            raise DirectoryTaken(
                f"Attend already runs on {var} (process {ours.read().strip() or 'unknown'})."
            )
        ours.truncate(0)
        ours.write(str(os.getpid()))
        ours.flush()
        children = _children(var)
        given_up.pop_all()
    return DirectoryClaim(ours, children)


def is_taken(var: Path) -> bool:
    """Whether somebody runs on the directory at this moment."""
    try:
        with (var / "lock").open() as theirs:
            return not _lock(theirs.fileno())
    except FileNotFoundError:
        return False


def _children(var: Path) -> int:
    children = os.open(var / "children.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + LEFTOVERS_END_WITHIN
    while not _lock(children):
        if time.monotonic() > deadline:
            raise DirectoryTaken(f"Processes of an earlier run on {var} have not ended.")
        time.sleep(0.05)
    return children


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
