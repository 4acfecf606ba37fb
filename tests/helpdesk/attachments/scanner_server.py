"""A scanner that speaks ClamAV's INSTREAM over a real socket, and knows one thing that it does not like."""

from __future__ import annotations

import socketserver
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event

from tests.serving import served

BAD = b"something bad"


class ScannerDialogue(socketserver.StreamRequestHandler):
    """One question: pieces after their lengths, until one of nought."""

    def handle(self) -> None:
        if self.rfile.read(10) != b"zINSTREAM\0":
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        content = b""
        while length := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
        self.wfile.write(self.verdict(content))

    def verdict(self, content: bytes) -> bytes:
        if b"too much" in content:
            return b"INSTREAM size limit exceeded. ERROR\0"
        return b"stream: Test.Bad-1 FOUND\0" if BAD in content else b"stream: OK\0"


class DrippingDialogue(ScannerDialogue):
    """Say a word for ever, a letter at a time, each soon after the one before."""

    def verdict(self, content: bytes) -> bytes:
        with suppress(OSError):
            while not self.server.is_over.wait(0.02):  # type: ignore[attr-defined]  # see `scanning`
                self.wfile.write(b"o")
        return b""


class SippingDialogue(ScannerDialogue):
    """Take what is sent a little at a time, and never all of it."""

    def handle(self) -> None:
        while not self.server.is_over.wait(0.02):  # type: ignore[attr-defined]  # see `scanning`
            if not self.request.recv(100):
                return


class HastyDialogue(ScannerDialogue):
    """Hang up before the end of a verdict."""

    def verdict(self, content: bytes) -> bytes:
        return b"stream: OK"


@contextmanager
def scanning(place: Path | None = None, dialogue: type[ScannerDialogue] = ScannerDialogue) -> Iterator[str]:
    """Run a scanner, at a path or else at a port, and yield its address."""
    server = (
        socketserver.ThreadingUnixStreamServer(str(place), dialogue)
        if place
        else socketserver.ThreadingTCPServer(("127.0.0.1", 0), dialogue)
    )
    over = server.is_over = Event()  # type: ignore[union-attr]  # of ours
    with served(server):
        try:
            yield f"unix:{place}" if place else f"tcp://127.0.0.1:{server.socket.getsockname()[1]}"
        finally:
            over.set()
