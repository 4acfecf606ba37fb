"""ClamAV's daemon, asked by its own protocol: what is in some bytes, if it knows (`INSTREAM`, clamd(8))."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any, Final
from urllib.parse import urlsplit

PATIENCE: Final = 20.0
"""Seconds for one file, from the first step to the verdict, however slowly the scanner takes and gives."""

CHUNK: Final = 256 * 1024
LONGEST_ANSWER: Final = 4096


class ScannerSilent(Exception):
    """It cannot be reached, or gave no verdict; the message says what it did instead."""


def found_in(content: bytes, *, address: str, patience: float = PATIENCE) -> str:
    """Return what the scanner calls that which it found, empty if it found nothing. Raises `ScannerSilent`.

    The address is `unix:/path` or `tcp://host:port`; `patience` are seconds for all of it.
    """
    until = time.monotonic() + patience
    try:
        with closing(_connected(address, until=until)) as line:
            for piece in _pieces(content):
                _in_time(line, until=until).sendall(piece)
            answer = _answer(line, until=until)
    except OSError as failure:
        raise ScannerSilent(f"{type(failure).__name__}: {failure}") from failure
    return _verdict(answer)


def _connected(address: str, *, until: float) -> socket.socket:
    failure = OSError(f"{address} leads nowhere")
    for family, place in _places(address):
        line = socket.socket(family)
        try:
            _in_time(line, until=until).connect(place)
        except OSError as error:
            line.close()
            failure = error
        else:
            return line
    raise failure


def _places(address: str) -> Iterator[tuple[int, Any]]:
    place = urlsplit(address)
    if place.scheme != "tcp":
        yield socket.AF_UNIX, place.path
        return
    named = socket.getaddrinfo(place.hostname or "", place.port or 3310, type=socket.SOCK_STREAM)
    for family, _kind, _protocol, _name, where in named:
        yield family, where


def _in_time(line: socket.socket, *, until: float) -> socket.socket:
    """Return the line with what is left of the time for its next step. Raises `TimeoutError` where nothing is."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("the time for this file is over")
    line.settimeout(left)
    return line


def _pieces(content: bytes) -> Iterator[bytes]:
    """Yield the stream as it travels: each piece after its length, and a length of nought at the end."""
    yield b"zINSTREAM\0"
    for start in range(0, len(content), CHUNK):
        piece = content[start : start + CHUNK]
        yield struct.pack("!L", len(piece)) + piece
    yield struct.pack("!L", 0)


def _answer(line: socket.socket, *, until: float) -> str:
    """Return what it says up to its end; empty where it hangs up before that, or does not come to one."""
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        heard = _in_time(line, until=until).recv(LONGEST_ANSWER)
        if not heard:
            break
        answer += heard
    return answer.rstrip(b"\0\n").decode("utf-8", "replace") if answer.endswith(b"\0") else ""


def _verdict(answer: str) -> str:
    """Read `stream: OK` or `stream: Name FOUND`; whatever else is said is no verdict."""
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return ""
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND") or "?"
    raise ScannerSilent(answer[:200] or "it did not finish")
