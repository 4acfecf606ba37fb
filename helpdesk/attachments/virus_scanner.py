"""ClamAV's daemon, asked by its own protocol: what is in some bytes, if it knows (`INSTREAM`, clamd(8))."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import closing
from typing import Final
from urllib.parse import urlsplit

PATIENCE: Final = 15.0
"""Seconds for each piece that is sent or heard."""

CHUNK: Final = 256 * 1024
LONGEST_ANSWER: Final = 4096


class ScannerSilent(Exception):
    """It cannot be reached, or gave no verdict; the message says what it did instead."""


def found_in(content: bytes, *, address: str) -> str:
    """Return what the scanner calls that which it found, empty if it found nothing. Raises `ScannerSilent`.

    The address is `unix:/path` or `tcp://host:port`.
    """
    try:
        with closing(_connected(address)) as line:
            line.sendall(b"zINSTREAM\0")
            for piece in _pieces(content):
                line.sendall(piece)
            answer = _answer(line)
    except OSError as failure:
        raise ScannerSilent(f"{type(failure).__name__}: {failure}") from failure
    return _verdict(answer)


def _connected(address: str) -> socket.socket:
    place = urlsplit(address)
    if place.scheme == "tcp":
        return socket.create_connection((place.hostname or "", place.port or 3310), timeout=PATIENCE)
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(PATIENCE)
    try:
        line.connect(place.path)
    except OSError:
        line.close()
        raise
    return line


def _pieces(content: bytes) -> Iterator[bytes]:
    """Yield the stream as it travels: each piece after its length, and a length of nought at the end."""
    for start in range(0, len(content), CHUNK):
        piece = content[start : start + CHUNK]
        yield struct.pack("!L", len(piece)) + piece
    yield struct.pack("!L", 0)


def _answer(line: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        heard = line.recv(LONGEST_ANSWER)
        if not heard:
            break
        answer += heard
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def _verdict(answer: str) -> str:
    """Read `stream: OK` or `stream: Name FOUND`; whatever else is said is no verdict."""
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return ""
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND") or "?"
    raise ScannerSilent(answer[:200] or "it hung up")
