"""Mails as bytes, written out for a test."""

from __future__ import annotations

from helpdesk.mail.reading.headers.header_block import HeaderBlock
from helpdesk.mail.reading.letter import Letter, read


def raw(*headers: str, body: str | bytes = "Where is my parcel?") -> bytes:
    head = "\r\n".join(headers).encode("utf-8", errors="surrogateescape")
    return head + b"\r\n\r\n" + (body if isinstance(body, bytes) else body.encode())


def letter(*headers: str, body: str | bytes = "Where is my parcel?") -> Letter:
    return read(raw(*headers, body=body))


def block(*headers: tuple[str, str]) -> HeaderBlock:
    return HeaderBlock(tuple((name.lower(), value.encode()) for name, value in headers))


def multipart(kind: str, *parts: bytes, boundary: str = "line") -> bytes:
    mark = f"--{boundary}".encode()
    inner = b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts)
    head = f'MIME-Version: 1.0\r\nContent-Type: {kind}; boundary="{boundary}"\r\n\r\n'.encode()
    return head + inner + mark + b"--\r\n"


def part(content: str | bytes, kind: str = "text/plain; charset=utf-8", *headers: str) -> bytes:
    head = "\r\n".join([f"Content-Type: {kind}", *headers]).encode()
    return head + b"\r\n\r\n" + (content if isinstance(content, bytes) else content.encode())
