"""The sockets at which the demo's mail server listens. Who holds them keeps its ports while it is started again."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from dataclasses import dataclass

from helpdesk.demo.post.demo_addresses import HOST

VARIABLE = "ATTEND_DEMO_MAIL"
"""Name of the environment variable that tells everybody the ports."""


@dataclass(frozen=True, slots=True)
class PostDoors:
    """Two listening sockets, on ports that were free."""

    smtp: socket.socket
    imap: socket.socket

    @property
    def descriptors(self) -> tuple[int, int]:
        return self.smtp.fileno(), self.imap.fileno()

    @property
    def ports(self) -> str:
        return f"{self.smtp.getsockname()[1]},{self.imap.getsockname()[1]}"


def opened() -> PostDoors:
    """Listen on loopback. Whoever knocks while nobody is in waits."""
    with ExitStack() as unless_both:
        smtp, imap = (unless_both.enter_context(socket.create_server((HOST, 0))) for _ in range(2))
        unless_both.pop_all()
        return PostDoors(smtp, imap)


def inherited(smtp: int, imap: int) -> PostDoors:
    """Return the doors that another process has opened, by their descriptors."""
    return PostDoors(socket.socket(fileno=smtp), socket.socket(fileno=imap))
