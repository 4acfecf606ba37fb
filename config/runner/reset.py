"""Starting over: everything that the embedded servers have written is removed."""

from __future__ import annotations

import os
import shutil

from config import addresses
from config.runner.claim import claim

EMPTIED = ("postgres", "postgres.new", "run", "log", "mail", "static", "secret.key")
"""What is removed from the directory of everything that is written."""


class NotOurServer(Exception):
    """The environment names a server that is not embedded; nothing was removed."""


def refuse_foreign_server() -> None:
    """Raise NotOurServer where the data is not the embedded server's."""
    if os.environ.get("DATABASE_URL"):
        raise NotOurServer("DATABASE_URL names a server of yours; this only removes the embedded one's data.")


def reset() -> None:
    """Remove everything that the embedded servers and their processes have written; raise DirectoryTaken."""
    var = addresses.var()
    with claim(var).ours:
        for name in EMPTIED:
            path = var / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        shutil.rmtree(addresses.sockets(var), ignore_errors=True)
