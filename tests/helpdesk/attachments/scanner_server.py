"""A scanner that speaks ClamAV's INSTREAM over a real socket, and knows one thing that it does not like."""

from __future__ import annotations

import socketserver
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

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


@contextmanager
def scanning(place: Path | None = None) -> Iterator[str]:
    """Run a scanner, at a path or else at a port, and yield its address."""
    server = (
        socketserver.ThreadingUnixStreamServer(str(place), ScannerDialogue)
        if place
        else socketserver.ThreadingTCPServer(("127.0.0.1", 0), ScannerDialogue)
    )
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"unix:{place}" if place else f"tcp://127.0.0.1:{server.socket.getsockname()[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
