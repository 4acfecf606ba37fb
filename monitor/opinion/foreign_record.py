"""What records of other helpdesks have in common, whosever they are: ids, instants, lengths, lines that are none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from monitor.opinion.foreign_ticket import ForeignTicket

LONGEST: Final = 10**9
YEARS: Final = range(1990, 2100)
FAULTS: Final = (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError)
"""What reading a record may raise that is none, or that holds what cannot be."""
_DECODER: Final = msgspec.json.Decoder(dict[str, Any])


class NoRecord(ValueError):
    """A line that is no ticket and no user; says why."""


class ForeignUser(Struct, frozen=True):
    """Somebody, and whether they work there."""

    id: int
    works_there: bool


Told = ForeignTicket | ForeignUser | None


def read_line(line: bytes, tell: Callable[[dict[str, Any]], Told]) -> Told:
    """Return what a line tells by one vendor's rules. Raises `NoRecord`."""
    try:
        record = _DECODER.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NoRecord(str(error)) from error
    try:
        return tell(record)
    except FAULTS as error:
        raise NoRecord(f"{type(error).__name__}: {error}") from error


def read_number(value: Any) -> int:
    """Return an id as it fits the database. Raises `ValueError`."""
    number = int(value)
    if not -(2**63) <= number < 2**63:
        raise ValueError(f"{number} is no id")
    return number


def maybe_number(value: Any) -> int | None:
    """Return an id, or that there is none. Raises `ValueError`."""
    return None if value is None else read_number(value)


def number_within(record: Mapping[str, Any], name: str) -> int | None:
    """Return the id of what is told whole under this name, or that there is none. Raises `ValueError`."""
    return maybe_number((record.get(name) or {}).get("id"))


def read_length(value: Any) -> int:
    """Return a length of time. Raises `ValueError` for one that cannot be."""
    length = int(value)
    if not 0 <= length <= LONGEST:
        raise ValueError(f"{length} is no length of a wait")
    return length


def read_instant(text: str, *, zone: Any = None) -> datetime:
    """Return an instant as they write it; without a zone of its own, in that one. Raises `ValueError`."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None and zone is None:
        raise ValueError(f"{text} has no zone")
    at = at if at.tzinfo else at.replace(tzinfo=zone)
    if at.year not in YEARS:
        raise ValueError(f"{text} is no time at which a ticket can have been written")
    return at.astimezone(UTC)


def is_zoneless(text: str) -> bool:
    """Whether an instant is written without its zone. Raises `ValueError`."""
    return datetime.fromisoformat(text).tzinfo is None


def maybe_instant(text: str | None, *, zone: Any = None) -> datetime | None:
    """Return an instant, or that there is none. Raises `ValueError`."""
    return None if text is None else read_instant(text, zone=zone)
