"""A light client: posts tickets on some connections kept alive, for so long, and says how many were taken.

    python -m tests.bench.load '{"port": 18437, "key": "att_…", "connections": 16, "seconds": 3, "batch": 0, "rate": 0}'

With a rate they post so many requests a second together, each when its turn has come; with none, as many as they can.
A process of its own, on the standard library alone, so that it takes little from what is measured.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from math import inf

RUN = f"{os.getpid():x}{time.time_ns():x}"
NUMBERS = count(1)


class Refused(Exception):
    """The server's answer was not the one that was hoped for."""


def main() -> None:
    asked = json.loads(sys.argv[1])
    connections, until = asked["connections"], time.perf_counter() + asked["seconds"]
    began = time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        posted = list(pool.map(lambda at: _post_until(until, asked, at), range(connections)))
    print(json.dumps({"posted": sum(posted), "seconds": time.perf_counter() - began}))


def _post_until(until: float, asked: dict[str, int | str], at: int) -> int:
    """Post one request after the other on one connection; return how many tickets were taken."""
    batch, posted, pace = int(asked["batch"]), 0, int(asked["connections"]) / (int(asked["rate"]) or inf)
    turn = time.perf_counter() + pace * at / int(asked["connections"])
    with socket.create_connection(("127.0.0.1", int(asked["port"]))) as server:
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while time.perf_counter() < until:
            time.sleep(max(turn - time.perf_counter(), 0))
            turn += pace
            server.sendall(_request(str(asked["key"]), batch))
            _read_answer(server, b"207" if batch else b"201")
            posted += batch or 1
    return posted


def _request(key: str, batch: int) -> bytes:
    path = "/api/v1/tickets/batch" if batch else "/api/v1/tickets"
    content = {"tickets": [ticket() for _ in range(batch)]} if batch else ticket()
    body = json.dumps(content).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def ticket() -> dict[str, object]:
    """Return a ticket that nobody has sent before, of a customer whom nobody knows."""
    name = f"{RUN}-{next(NUMBERS)}"
    return {
        "external_id": name,
        "subject": "Where is my order?",
        "priority": "high",
        "tags": ["wismo"],
        "customer": {
            "external_id": f"c-{name}",
            "email": f"{name}@example.com",
            "name": "Jon Doe",
            "locale": "en-GB",
            "timezone": "Europe/London",
        },
        "message": {"body": "I ordered two weeks ago and nothing has come. " * 3},
    }


def _read_answer(server: socket.socket, hoped: bytes) -> None:
    """Read one answer whole; raise Refused where it is another than hoped."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(server)
    head, _, body = received.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    left = int(fields[b"content-length"]) - len(body)
    while left > 0:
        left -= len(_more(server))
    if head.split()[1] != hoped:
        raise Refused(received[:500])


def _more(server: socket.socket) -> bytes:
    chunk = server.recv(262_144)
    if not chunk:
        raise Refused("the connection was closed")
    return chunk


if __name__ == "__main__":
    main()
