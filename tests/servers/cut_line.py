"""A way to a server that breaks off after so many bytes."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

from tests.servers.dovecot import HERE


@contextmanager
def cut_line(port: int, *, after: int) -> Iterator[int]:
    """Lead one connection to a port, and cut it once the server has said so many bytes; yield our own port."""
    with socket.create_server((HERE, 0)) as listener:
        Thread(target=_lead, args=(listener, port, after), daemon=True).start()
        yield listener.getsockname()[1]


def _lead(listener: socket.socket, port: int, after: int) -> None:
    with suppress(OSError):
        client, _ = listener.accept()
        with client, socket.create_connection((HERE, port)) as server:
            Thread(target=_pass_on, args=(client, server), daemon=True).start()
            left = after
            while left > 0 and (said := server.recv(min(left, 4096))):
                client.sendall(said)
                left -= len(said)
            client.shutdown(socket.SHUT_RDWR)


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while said := source.recv(4096):
            sink.sendall(said)
