"""A mail server in a thread, which refuses whom and what it is told to, and keeps the mails that it takes."""

from __future__ import annotations

import email.policy
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from socket import SHUT_RDWR
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import ClassVar

from tests.serving import served


@dataclass
class Taken:
    """A mail that was accepted, and for whom."""

    recipients: list[str]
    message: EmailMessage


@dataclass
class MailServer:
    """What it says: a code by recipient, or by step (`HELLO`, `AUTH`, `MAIL`, `DATA`, `END`); else it takes all."""

    port: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    steps: dict[str, int] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)
    offers: tuple[str, ...] = ("here",)
    connections: int = 0
    words: str = "so be it"
    ponders: float = 0
    """Seconds that it takes to look into a mail before it says that it has it."""
    hangs_up: bool = False
    """It takes a mail, and does not say so."""


class Conversation(StreamRequestHandler):
    """As much of SMTP as smtplib speaks."""

    server_state: ClassVar[MailServer]

    def handle(self) -> None:
        state = self.server_state
        state.connections += 1
        recipients: list[str] = []
        if not self._says("HELLO", 220):
            return
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "RCPT":
                self._recipient(line.partition("<")[2].rpartition(">")[0], recipients)
            elif verb == "DATA":
                self._data(recipients)
            elif verb == "MAIL":
                recipients.clear()
                self._says("MAIL", 250)
            elif verb == "QUIT":
                self._say(221)
                return
            elif verb == "EHLO":
                self.wfile.write(b"".join(f"250-{each}\r\n".encode() for each in state.offers))
                self._say(250)
            elif verb == "AUTH":
                self._says("AUTH", 235)
            else:
                self._say(250)

    def _recipient(self, address: str, recipients: list[str]) -> None:
        code = self.server_state.refused.get(address, 250)
        if code == 250:
            recipients.append(address)
        self._say(code)

    def _data(self, recipients: list[str]) -> None:
        if not self._says("DATA", 354):
            return
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b"."))
        state = self.server_state
        time.sleep(state.ponders)
        if state.hangs_up or self._says("END", 250):
            message = message_from_bytes(b"".join(lines), policy=email.policy.default)
            state.taken.append(Taken(list(recipients), message))
        if state.hangs_up:
            self.connection.shutdown(SHUT_RDWR)

    def _says(self, step: str, usually: int) -> bool:
        code = self.server_state.steps.get(step, usually)
        self._say(code)
        return code == usually

    def _say(self, code: int) -> None:
        self.wfile.write(f"{code} {self.server_state.words}\r\n".encode())


@contextmanager
def serving(*, port: int = 0) -> Iterator[MailServer]:
    """Serve on this port, or one of its own, until the end."""
    state = Conversation.server_state = MailServer()
    ThreadingTCPServer.allow_reuse_address = True
    server = ThreadingTCPServer(("127.0.0.1", port), Conversation)
    server.daemon_threads = True
    state.port = server.server_address[1]
    with served(server):
        yield state
