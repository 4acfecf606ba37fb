"""A total deadline for talking to a stranger: however slowly they drip, and whichever step they stop at."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread, Timer
from typing import Any, Self, TypeVar

Found = TypeVar("Found")


class DeadlinePassed(TimeoutError):
    """The time is up."""


class NobodyAnswered(TimeoutError):
    """No address took a connection in time."""


class Deadline:
    """So many seconds from now, within which everything has to be done that is done under it.

    As a context manager it cuts the connection that was made under it when the time is up: timeouts of a
    socket are for one step, and begin anew with each byte.
    """

    def __init__(self, seconds: float) -> None:
        self._ends_at = time.monotonic() + seconds
        self._line: socket.socket | None = None

    def left(self) -> float:
        """Return the seconds that are left; raises `DeadlinePassed` where none are."""
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise DeadlinePassed("the time for an attempt is over")
        return left

    def prolong(self, seconds: float) -> float:
        """Give so many seconds more, within the context; return those that are left. Raises as `left`."""
        left = self.left() + seconds
        self._timer.cancel()
        self._ends_at += seconds
        self._begin()
        return left

    def resolve(self, host: str, port: int) -> list[str]:
        """Return the addresses of a host, in the resolver's order.

        Raises `OSError`, and `UnicodeError` for what can be no name. The resolver knows no timeout: it is asked in a
        thread that may outlive us.
        """
        found = self._within(lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))

    def connect(self, addresses: Sequence[str], port: int) -> socket.socket:
        """Return a connection to the first address that takes one, which is cut at the deadline.

        Each address has its share of the time. Raises the `OSError` of the last.
        """
        *others, last = addresses
        for place, address in enumerate(others):
            with suppress(OSError):
                return self._connect(address, port, share=len(addresses) - place)
        return self._connect(last, port, share=1)

    def _connect(self, address: str, port: int, *, share: int) -> socket.socket:
        try:
            line = socket.create_connection((address, port), timeout=self.left() / share)
        except TimeoutError:
            raise NobodyAnswered("no connection in time") from None
        line.settimeout(self.left())
        self._line = line.dup()  # wrapping a socket in TLS takes it from us
        return line

    def __enter__(self) -> Self:
        self._begin()
        return self

    def _begin(self) -> None:
        self._timer = Timer(self.left(), self._cut)
        self._timer.daemon = True
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        if self._line is not None:
            self._line.close()

    def _cut(self) -> None:
        if self._line is not None:
            with suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)

    def _within(self, call: Callable[[], Found]) -> Found:
        try:
            found, error = _answering(call).get(timeout=self.left())
        except Empty:
            raise DeadlinePassed("the name was not resolved in time") from None
        if error is not None:
            raise error
        return found  # type: ignore[no-any-return]  # what the call has returned


def _answering(call: Callable[[], Found]) -> SimpleQueue[tuple[Any, Exception | None]]:
    """Make the call in a thread; what it returned, or why it could not, is the one thing in the queue."""
    answers: SimpleQueue[tuple[Any, Exception | None]] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put((call(), None))
        except (OSError, UnicodeError) as error:
            answers.put((None, error))

    Thread(target=ask, daemon=True).start()
    return answers
