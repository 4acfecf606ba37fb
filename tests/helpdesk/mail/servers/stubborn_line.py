"""A way to an IMAP server that says less than others: that refuses some of its mails, or leaves out a line."""

from __future__ import annotations

import re
import socket
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

HERE = "127.0.0.1"
_ASKED_FOR = re.compile(rb"(\S+) UID FETCH (\d+) ")


@contextmanager
def stubborn_line(
    port: int, *, refused: Collection[int] = (), answer: str = "", unsaid: bytes = b"\n"
) -> Iterator[int]:
    """Lead connections to a port, and give this answer where a mail of these UIDs is asked for; yield our own port.

    What the server says in lines that begin with what is `unsaid` is not passed on.
    """
    with socket.create_server((HERE, 0)) as listener:
        Thread(target=_lead, args=(listener, port, refused, answer, unsaid), daemon=True).start()
        yield listener.getsockname()[1]


def _lead(listener: socket.socket, port: int, refused: Collection[int], answer: str, unsaid: bytes) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            server = socket.create_connection((HERE, port))
            Thread(target=_tell, args=(server, client, unsaid), daemon=True).start()
            Thread(target=_ask, args=(client, server, refused, answer), daemon=True).start()


def _tell(server: socket.socket, client: socket.socket, unsaid: bytes) -> None:
    with suppress(OSError), server, client, server.makefile("rb") as said:
        for line in said:
            if not line.startswith(unsaid):
                client.sendall(line)


def _ask(client: socket.socket, server: socket.socket, refused: Collection[int], answer: str) -> None:
    with suppress(OSError), client.makefile("rb") as asked:
        for line in asked:
            found = _ASKED_FOR.match(line)
            if found and int(found[2]) in refused:
                client.sendall(
                    answer.replace("TAG", found[1].decode()).replace("UID", f"UID {int(found[2])}").encode()
                )
            else:
                server.sendall(line)
