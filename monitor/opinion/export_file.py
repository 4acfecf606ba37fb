"""The lines of an export, whatever it is packed in: plain, gzip, or a zip of several files, in whatever order."""

from __future__ import annotations

import gzip
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Final, Protocol

from django.utils.translation import gettext as _

LONGEST_LINE: Final = 16 * 1024 * 1024
"""Longer is no record: theirs leave the comments of a ticket out that would be longer than one megabyte."""
SHORTEST_RECORD: Final = 500
"""So many bytes for each line are allowed at least: a file of many short ones takes long, and tells nothing."""
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
DAMAGED: Final = (
    OSError, EOFError, ValueError, NotImplementedError, RuntimeError, zlib.error, lzma.LZMAError, zipfile.BadZipFile,
)  # fmt: skip
"""What is raised where a file is damaged, depending on where."""
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class Readable(Protocol):
    """Whatever can be read line by line."""

    def readline(self, size: int = -1, /) -> bytes: ...


class UnreadableExport(Exception):
    """A file that is damaged, or grows beyond what is allowed when it is unpacked; says which."""


def lines(file: IO[bytes], *, at_most: int | None = None) -> Iterator[bytes]:
    """Yield the lines of an export, of at most so many bytes in all. Raises `UnreadableExport`."""
    size = 0
    with _said_plainly():
        for number, line in enumerate(_unpacked(file), start=1):
            size += len(line)
            _refuse_endless(line, number, size, at_most)
            if stripped := line.removeprefix(BYTE_ORDER_MARK).strip():
                yield stripped


def _refuse_endless(line: bytes, number: int, size: int, at_most: int | None) -> None:
    """Raise `UnreadableExport` where a line, all of them so far, or their number are beyond bounds."""
    if len(line) >= LONGEST_LINE:
        raise UnreadableExport(_("A line has more than %d MB") % (LONGEST_LINE >> 20))
    if at_most is not None and size > at_most:
        raise UnreadableExport(_("It unpacks to more than %d MB") % (at_most >> 20))
    if at_most is not None and number > (most := at_most // SHORTEST_RECORD):
        raise UnreadableExport(_("It has more than %d lines") % most)


@contextmanager
def _said_plainly() -> Iterator[None]:
    try:
        yield
    except DAMAGED as error:
        told = _("The file is damaged, or packed in a way that is not known here (%s)")
        raise UnreadableExport(told % type(error).__name__) from error


def _unpacked(file: IO[bytes]) -> Iterator[bytes]:
    begins = file.read(4)
    file.seek(0)
    if begins.startswith(GZIP):
        with gzip.open(file) as unpacked:
            yield from _read(unpacked)
    elif begins == ZIP:
        yield from _of_zip(file)
    else:
        yield from _read(file)


def _of_zip(file: IO[bytes]) -> Iterator[bytes]:
    with zipfile.ZipFile(file) as packed:
        for name in packed.namelist():
            if not name.endswith("/"):
                with packed.open(name) as member:
                    yield from _read(member)


def _read(file: Readable) -> Iterator[bytes]:
    while line := file.readline(LONGEST_LINE):
        yield line
