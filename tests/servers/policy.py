"""Whom Postfix may take mail for, as a test says (Postfix's SMTPD_POLICY_README)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import ClassVar

from tests.servers.dovecot import HERE
from tests.serving import served


@dataclass
class Policy:
    """`actions` by recipient, such as `451 4.7.1 Greylisted`; `at_the_end` is done once a mail is there in full."""

    port: int = 0
    actions: dict[str, str] = field(default_factory=dict)
    at_the_end: Callable[[], None] | None = None

    def action(self, asked: dict[str, str]) -> str:
        if asked.get("protocol_state") != "END-OF-MESSAGE":
            return self.actions.get(asked.get("recipient", ""), "DUNNO")
        if self.at_the_end:
            self.at_the_end()
        return "DUNNO"


class _Asked(StreamRequestHandler):
    policy: ClassVar[Policy]

    def handle(self) -> None:
        asked: dict[str, str] = {}
        while line := self.rfile.readline().decode():
            name, is_said, value = line.strip().partition("=")
            if is_said:
                asked[name] = value
            else:
                self.wfile.write(f"action={self.policy.action(asked)}\n\n".encode())
                asked = {}


@contextmanager
def deciding() -> Iterator[Policy]:
    """Be asked until the end."""
    policy = _Asked.policy = Policy()
    server = ThreadingTCPServer((HERE, 0), _Asked)
    server.daemon_threads = True
    policy.port = server.server_address[1]
    with served(server):
        yield policy
