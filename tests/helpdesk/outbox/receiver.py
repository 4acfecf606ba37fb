"""Servers that a message may meet: one that answers, one that never does, one that drips."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar, Final

from tests.serving import served


class Receiver(BaseHTTPRequestHandler):
    """A store's server that answers as it is told and keeps what it gets."""

    got: ClassVar[list[tuple[dict[str, str], bytes]]] = []
    status: ClassVar[int] = 204
    headers_too: ClassVar[dict[str, str]] = {}

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.got.append((dict(self.headers), body))
        self.send_response(self.status)
        self.send_header("Location", "http://169.254.169.254/")
        self.send_header("Content-Length", "0")
        for name, value in self.headers_too.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Be quiet."""


@contextmanager
def answering() -> Iterator[str]:
    """Serve as `Receiver` is told; yield the address."""
    Receiver.got, Receiver.status, Receiver.headers_too = [], 204, {}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    with served(server):
        yield f"http://127.0.0.1:{server.server_port}/attend?shop=1"


@contextmanager
def silent(*, drip: bytes = b"") -> Iterator[int]:
    """Accept connections and never say anything, or the same byte again and again; yield the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        held: list[socket.socket] = []
        Thread(target=_hold, args=(listener, held, drip), daemon=True).start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            for line in held:
                line.close()


def _hold(listener: socket.socket, held: list[socket.socket], drip: bytes) -> None:
    with suppress(OSError):
        while True:
            line, _ = listener.accept()
            held.append(line)
            if drip:
                Thread(target=_drip, args=(line, drip), daemon=True).start()


def _drip(line: socket.socket, drip: bytes) -> None:
    with suppress(OSError):
        while True:
            line.send(drip)
            time.sleep(0.05)


_HELD: Final[list[socket.socket]] = []


def closed_port() -> int:
    """Return a port where nobody listens, and which nobody is given until this process ends but who asks for it.

    It is bound: else another test may be given it meanwhile, and what is sent into the void arrives there.
    """
    holder = socket.socket()
    holder.setsockopt(
        socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
    )  # so that a server may be put there by number
    holder.bind(("127.0.0.1", 0))
    _HELD.append(holder)
    port: int = holder.getsockname()[1]
    return port
