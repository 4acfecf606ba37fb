"""Instants as people and programs write them: one reader for every door."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Annotated

import msgspec

Instant = Annotated[datetime, msgspec.Meta(tz=True)]

_LEAP_SECOND = re.compile(
    r"(?P<until>.*\d:?\d\d:?)60(?P<rest>(?:[.,]\d+)?(?:[Zz]|[+-]\d\d(?::?\d\d)?))", re.DOTALL
)


class NotAnInstant(ValueError):
    """The text is no instant."""


class NoOffset(NotAnInstant):
    """The text is a time, but nobody can tell in which zone."""


def read(text: str) -> datetime:
    """Read an instant, aware, to the microsecond: RFC 3339, or else whatever ISO 8601 has with an offset.

    A leap second is the next second. Raises `NotAnInstant`, of which `NoOffset` is one.
    """
    if leap := _LEAP_SECOND.fullmatch(text):
        return _later(read(f"{leap['until']}59{leap['rest']}"))
    try:
        return msgspec.convert(text, Instant)
    except msgspec.ValidationError:
        return _in_another_form(text)


def _in_another_form(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text.upper())
    except (ValueError, OverflowError):
        raise NotAnInstant(text) from None
    if at.tzinfo is None:
        raise NoOffset(text)
    return at


def _later(at: datetime) -> datetime:
    try:
        return at + timedelta(seconds=1)
    except OverflowError:
        raise NotAnInstant(at) from None
