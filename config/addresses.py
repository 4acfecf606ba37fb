"""Where things lie: the directory that is written to, and the sockets of the embedded servers in it."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
POSTGRES_SOCKET = ".s.PGSQL.5432"
VALKEY_SOCKET = "valkey.sock"
DATABASE = "attend"

SOCKET_PATH_LIMIT = 107
"""Bytes that Linux allows for the path of a UNIX socket."""


def var() -> Path:
    """Return the directory for everything that is written."""
    return Path(os.environ.get("ATTEND_VAR") or ROOT / "var").absolute()


def sockets(var: Path) -> Path:
    """Return the directory of the sockets: inside `var` unless the path gets too long for a socket."""
    inside = var.absolute() / "run"
    if len(os.fsencode(inside / POSTGRES_SOCKET)) <= SOCKET_PATH_LIMIT:
        return inside
    digest = hashlib.sha256(os.fsencode(var.absolute())).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"attend-{os.getuid()}-{digest}"


def database_url(var: Path) -> str:
    return f"postgresql://{DATABASE}@{quote(str(sockets(var)), safe='')}/{DATABASE}"


def redis_url(var: Path) -> str:
    return f"unix://{sockets(var) / VALKEY_SOCKET}"


def missing(needed: tuple[str, ...] = ("DATABASE_URL", "REDIS_URL")) -> str:
    """Return one sentence about servers that are neither named nor running here; empty if all is there."""
    at = {"DATABASE_URL": sockets(var()) / POSTGRES_SOCKET, "REDIS_URL": sockets(var()) / VALKEY_SOCKET}
    absent = [name for name in needed if not os.environ.get(name) and not at[name].exists()]
    if not absent:
        return ""
    return f"Set {' and '.join(absent)}, or start the embedded servers with ./dev run in another terminal."
