"""Django's answer to one request, pulled in threads: whole, or piece by piece where it is streamed and long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.db import close_old_connections, connection

from config.wsgi import application as django

Header = tuple[bytes, bytes]

PIECE: Final = 128 * 1024
"""Bytes after which a piece of a streamed answer is sent; one that is no longer than that goes whole."""


class TransactionLeftOpen(Exception):
    """A piece ended inside a transaction, which would last for as long as somebody reads."""


class DjangoAnswer:
    """Each method runs in a thread, in any; between two of them the answer holds neither a thread nor a connection.

    What Django streams has to be made so: a piece asks the database anew, and leaves no cursor and no transaction
    behind. `over` says that no more pieces can be made, and that all is closed.
    """

    def __init__(self, environ: Any, *, head_alone: bool = False) -> None:
        self.status = 0
        self.headers: list[Header] = []
        self.over = False
        self._environ, self._head_alone = environ, head_alone
        self._response: Any = None
        self._pieces: Iterator[bytes] = iter(())
        self._made = b""

    def begin(self) -> None:
        """Have Django answer, and make the first piece; where it only says what it would answer, none."""
        self._response = django(self._environ, self._start)
        self._pieces = iter(self._response)
        if self._head_alone:
            self.close()
        elif getattr(self._response, "streaming", False):
            self._pull()
        else:
            self._take_whole()

    def go_on(self) -> None:
        """Make what comes next. Whatever is raised ends the answer."""
        close_old_connections()
        self._pull()

    def take(self) -> bytes:
        """Return what was made, and keep nothing of it."""
        made, self._made = self._made, b""
        return made

    def close(self) -> None:
        """Let go of all that the answer is made of; Django then lets go of its connection."""
        self.over = True
        self._response.close()

    def _start(self, status: str, headers: Iterable[tuple[str, str]], /, *_: Any) -> Any:
        self.status = int(status.partition(" ")[0])
        self.headers = [(name.lower().encode("latin1"), value.encode("latin1")) for name, value in headers]

    def _take_whole(self) -> None:
        try:
            self._made = b"".join(self._pieces)
        finally:
            self.close()

    def _pull(self) -> None:
        try:
            self._made = self._next()
            _refuse_open_transaction()
        except BaseException:
            self.close()
            raise
        if not self.over:
            close_old_connections()

    def _next(self) -> bytes:
        parts: list[bytes] = []
        length = 0
        for part in self._pieces:
            parts.append(part)
            length += len(part)
            if length >= PIECE:
                break
        else:
            self.close()
        return b"".join(parts)


def _refuse_open_transaction() -> None:
    if connection.in_atomic_block:
        connection.close()
        raise TransactionLeftOpen
