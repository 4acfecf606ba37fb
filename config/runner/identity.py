"""As whom a child process runs, and with whom it dies.

PostgreSQL refuses to run as root. Where root may make user namespaces, PostgreSQL sees itself as `nobody` through a map
of one entry, while its files stay root's; elsewhere it is started as `nobody` in earnest.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
from collections.abc import Callable
from enum import Enum
from functools import cache
from pathlib import Path

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)


class PidIdentity(Enum):
    OURSELVES = "ourselves"
    MAPPED = "nobody inside a user namespace"
    NOBODY = "nobody"


@cache
def for_postgres() -> PidIdentity:
    """Return the identity under which PostgreSQL agrees to run."""
    if os.geteuid() != 0:
        return PidIdentity.OURSELVES
    child = os.fork()
    if child == 0:
        os._exit(0 if LIBC.unshare(CLONE_NEWUSER) == 0 else 1)
    _pid, status = os.waitpid(child, 0)
    return PidIdentity.MAPPED if status == 0 else PidIdentity.NOBODY


def reaches(directory: Path, identity: PidIdentity) -> bool:
    """Whether every directory on the way there lets that identity through."""
    if identity is not PidIdentity.NOBODY:
        return True
    return all(above.stat().st_mode & 0o001 for above in directory.parents)


def let_through(directory: Path, identity: PidIdentity) -> None:
    """Let that identity pass through a directory of ours to what it owns below, and see nothing of it."""
    if identity is PidIdentity.NOBODY:
        directory.mkdir(parents=True, exist_ok=True)
        directory.chmod(0o711)


def own(directory: Path, identity: PidIdentity) -> None:
    """Give a directory to whoever is going to write in it."""
    if identity is PidIdentity.NOBODY:
        nobody = pwd.getpwnam("nobody")
        os.chown(directory, nobody.pw_uid, nobody.pw_gid)


def dying_with_us(
    identity: PidIdentity = PidIdentity.OURSELVES, stop_signal: signal.Signals = signal.SIGTERM
) -> Callable[[], None]:
    """Return what a child does between fork and exec: become `identity`, and ask for a signal when we die.

    We must be single-threaded: the kernel watches the thread that forked, not the process.
    """
    parent = os.getpid()

    def prepare() -> None:
        _become(identity)
        LIBC.prctl(PR_SET_PDEATHSIG, stop_signal)  # after the change of identity, which would clear it
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def _become(identity: PidIdentity) -> None:
    if identity is PidIdentity.OURSELVES:
        return
    nobody = pwd.getpwnam("nobody")
    if identity is PidIdentity.NOBODY:
        _be(nobody)
    else:
        _look_like(nobody)


def _be(user: pwd.struct_passwd) -> None:
    os.setgroups([])
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)


def _look_like(user: pwd.struct_passwd) -> None:
    """Be that user inside a user namespace of our own, and nowhere else."""
    if LIBC.unshare(CLONE_NEWUSER):
        raise OSError(ctypes.get_errno(), "no user namespace could be made")
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user.pw_uid} 0 1"),
        ("gid_map", f"{user.pw_gid} 0 1"),
    ):
        Path(f"/proc/self/{name}").write_text(text)
