"""A server of the standard library's, in a thread of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import BaseServer
from threading import Thread
from typing import Final

LOOKS_EVERY: Final = 0.01
"""Seconds after which it looks whether it is to end: whoever ends it waits so long, and by default half a second."""


@contextmanager
def served(server: BaseServer) -> Iterator[None]:
    """Let it serve until the end."""
    thread = Thread(target=server.serve_forever, args=(LOOKS_EVERY,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
