"""Instants as people and programs write them: one reader for every door."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Annotated

import msgspec

Instant = Annotated[datetime, msgspec.Meta(tz=True)]

_LEAP_SECOND = re.compile(
    r"(?P<until>.*\d:?\d\d:?)60(?P<rest>(?:[.,]\d+)?(?:[Zz]|[+-]\d\d(?::?\d\d)?))", re.DOTALL
)


_END_OF_DAY = re.compile(
    r"(?P<day>.*[T ])24(?P<rest>(?::?00(?::?00(?:[.,]0+)?)?)?(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)", re.DOTALL
)
_DAY_OF_YEAR = re.compile(r"(?P<year>[0-9]{4})-?(?P<day>[0-9]{3})(?P<rest>[T ].*)", re.DOTALL)


class NotAnInstant(ValueError):
    """The text is no instant."""


class NoOffset(NotAnInstant):
    """The text is a time, but nobody can tell in which zone."""


def read(text: str) -> datetime:
    """Read an instant, aware, to the microsecond: RFC 3339, or else whatever ISO 8601 has with an offset.

    A leap second is the next second, 24:00 the beginning of the next day. Raises `NotAnInstant`, of which
    `NoOffset` is one.
    """
    if leap := _LEAP_SECOND.fullmatch(text):
        return _later(read(f"{leap['until']}59{leap['rest']}"), by=timedelta(seconds=1))
    try:
        return msgspec.convert(text, Instant)
    except msgspec.ValidationError:
        return _in_another_form(text)


def _in_another_form(text: str) -> datetime:
    text = text.upper()
    if end := _END_OF_DAY.fullmatch(text):
        return _later(_in_another_form(f"{end['day']}00{end['rest']}"), by=timedelta(days=1))
    try:
        at = datetime.fromisoformat(_by_month(text))
    except (ValueError, OverflowError) as error:
        raise NotAnInstant(text) from error
    if at.tzinfo is None:
        raise NoOffset(text)
    return at


def _by_month(text: str) -> str:
    """Return the text with its date in months, where it is written as a day of the year."""
    found = _DAY_OF_YEAR.fullmatch(text)
    if found is None:
        return text
    year = int(found["year"])
    day = date(year, 1, 1) + timedelta(days=int(found["day"]) - 1)
    if day.year != year:
        raise NotAnInstant(text)
    return f"{day.isoformat()}{found['rest']}"


def _later(at: datetime, *, by: timedelta) -> datetime:
    try:
        return at + by
    except OverflowError:
        raise NotAnInstant(at) from None
