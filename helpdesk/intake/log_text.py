"""The text of a log, in whichever of the ways spreadsheets and databases write it: packed, encoded, separated."""

from __future__ import annotations

import csv
import io
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

GZIP: Final = b"\x1f\x8b"
WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
SEPARATORS: Final = (",", ";", "\t", "|")
PIECE = 256
"""Packed bytes that are lost where one of them is damaged."""

MOST_LINES = 20_000
"""A record with more lines than this is one whose quote was never closed."""


class NotAMessageLog(Exception):
    """The file is something else, or its first line lacks columns that a message log has."""


@dataclass(frozen=True, slots=True)
class LogText:
    """The lines of a file with their ends; `cut_off` where the file ends before its end."""

    lines: list[str]
    cut_off: bool


@dataclass(frozen=True, slots=True)
class LogRecord:
    """A record and the line where it begins; `fault` says why its cells cannot be told apart."""

    number: int
    cells: list[str]
    fault: str = ""


def read(path: Path) -> LogText:
    """Read a file; raises `NotAMessageLog` for a workbook, and `OSError` where it cannot be read."""
    raw, whole = path.read_bytes(), True
    if raw.startswith(GZIP):
        raw, whole = _unzipped(raw)
    if raw.startswith(WORKBOOKS):
        raise NotAMessageLog(_("This is a spreadsheet's workbook: save it as CSV, in UTF-8."))
    return LogText(list(io.StringIO(_decoded(raw), newline="")), cut_off=not whole)


def _unzipped(raw: bytes) -> tuple[bytes, bool]:
    """Return what can be unpacked, of all files packed one after the other, and whether that is all."""
    found = bytearray()
    while raw:
        unzip = zlib.decompressobj(wbits=31)
        try:
            for at in range(0, len(raw), PIECE):
                found += unzip.decompress(raw[at : at + PIECE])
        except zlib.error:
            return bytes(found), False
        if not unzip.eof:
            return bytes(found), False
        raw = unzip.unused_data.lstrip(b"\0")
    return bytes(found), True


def _decoded(raw: bytes) -> str:
    """Decode by a mark or by what the bytes look like; bytes that are no UTF-8 survive to be named."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    pair = raw[:2]
    if len(pair) == 2 and 0 in pair and any(pair):
        return raw.decode("utf-16-be" if pair[0] == 0 else "utf-16-le", errors="replace")
    return raw.decode("utf-8-sig", errors="surrogateescape")


def separator_of(head: str, columns: Iterable[str]) -> str:
    """Return what stands between the cells of the first line: whatever finds the most columns there."""
    wanted = set(columns)
    return max(SEPARATORS, key=lambda each: len(wanted & set(names_in(head, each))))


def names_in(head: str, separator: str) -> list[str]:
    """Return the names of columns in a first line, in lower case."""
    cells, _taken = _parse([head], 0, separator)
    return [cell.strip().casefold() for cell in cells or ()]


IsRecord = Callable[[list[str]], bool]
"""Tells whether cells are those of a record, and no text that happens to have as many."""


def records(
    lines: Sequence[str], *, first: int, separator: str, width: int, is_record: IsRecord
) -> Iterator[LogRecord]:
    """Yield the records from line `first` on, counted from 0; each has `width` cells, or says why not.

    A quote that is not closed swallows what follows: its line is given up, and reading goes on with the next.
    """
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    at = first
    while at < len(lines):
        cells, taken = _parse(lines, at, separator)
        inside = [_parse([line], 0, separator)[0] or [] for line in lines[at + 1 : at + taken]]
        if cells is None or (taken > 1 and (len(cells) != width or any(map(is_record, inside)))):
            cells, taken = None, 1
        if cells != []:
            yield _record(at + 1, cells, width)
        at += taken


def _parse(lines: Sequence[str], at: int, separator: str) -> tuple[list[str] | None, int]:
    """Return the cells of the record that begins here, and its number of lines; null where it has no end."""
    until = min(len(lines), at + MOST_LINES)
    reader = csv.reader((lines[place] for place in range(at, until)), delimiter=separator, strict=True)
    try:
        return next(reader), reader.line_num
    except (csv.Error, StopIteration):
        return None, 1


def _record(number: int, cells: list[str] | None, width: int) -> LogRecord:
    if cells is None:
        return LogRecord(
            number, [], _("A quote on this line is not closed, or closed in the middle of a cell.")
        )
    if len(cells) < width:
        return LogRecord(number, cells, _("The line is shorter than the first one."))
    if len(cells) > width:
        return LogRecord(number, cells, _("The line has more cells than the first one."))
    return LogRecord(number, cells)
