"""A page of what another helpdesk answers, whosever it is: what it tells, and from where the next one goes on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from msgspec import Struct, field

from monitor.opinion.foreign_ticket import ForeignComment, ForeignTicket
from monitor.opinion.reading.api_trouble import ReadingRefused


class ForeignQuestion(NamedTuple):
    """What is asked for next: a path, and its query."""

    path: str
    query: Mapping[str, object]


class ForeignPage(Struct, kw_only=True):
    """What one answer tells.

    `place` is from where the next question goes on, null after the last. `records` are all that it holds, `refused`
    those that could not be read. Up to `reached_at` what they have changed is told of. Of tickets, by their numbers, it
    tells what was said on them, and which of it, by its number, was made private afterwards; and on which of them all
    was said that there is (`whole`), which may not be seen (`hidden`), and which are there no more (`gone`).
    """

    place: dict[str, Any] | None
    tickets: list[ForeignTicket] = field(default_factory=list)
    comments: dict[int, list[ForeignComment]] = field(default_factory=dict)
    made_private: dict[int, set[int]] = field(default_factory=dict)
    whole: set[int] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)
    staff: set[int] = field(default_factory=set)
    records: int = 0
    refused: int = 0
    reached_at: datetime | None = None


class NoPage(ValueError):
    """An answer that is no page, or half of one."""


class VendorApi(Protocol):
    """How one vendor's helpdesk is read: from a place to the next, beginning with `start`.

    A place has at least its `stream`, one of `streams`, which are read one after another and of which each has its
    weight in how long all takes. Where it has tickets that are `waiting` to be asked for, by number and when they were
    changed, those are left out on which all is known.
    """

    streams: Mapping[str, int]

    def start(self, since: datetime) -> dict[str, Any]:
        """Return from where to read what was made since then, with all that was said on it."""

    def question(self, place: Mapping[str, Any]) -> ForeignQuestion:
        """Return what to ask for at a place."""

    def read(self, body: bytes, place: Mapping[str, Any], *, now: datetime) -> ForeignPage:
        """Return what was answered. Raises `NoPage`."""

    def passed(self, place: Mapping[str, Any], refused: ReadingRefused) -> ForeignPage | None:
        """Return what a refusal tells where it concerns no more than this place; null where it concerns all."""

    def smaller(self, place: Mapping[str, Any]) -> dict[str, Any]:
        """Return the same place with less asked for at a time."""
