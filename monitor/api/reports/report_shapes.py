"""What all reports have in common: of what and when they are, counts with their tickets, waits and shares."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from django.conf import settings
from django.urls import reverse
from msgspec import Meta, Struct

from helpdesk.input.instant_text import Instant
from helpdesk.input.named_type import one_of
from helpdesk.models import Environment, Queue
from monitor.measure.survival import MoreThan, Never
from monitor.measure.survival import Percentile as MeasuredPercentile
from monitor.reports.board import board_address
from monitor.reports.board.board_view import BoardView, LinkedCount
from monitor.reports.board.board_view import Span as DaysShown

Address = Annotated[str, Meta(examples=["https://help.example.com/tickets/?asked=2026-03-09&zone=UTC"])]


ToldMetric = Annotated[str, one_of("ReportMetric", board_address.METRICS)]


class Days(Struct, kw_only=True):
    """Days of the report's zone, the first and the last of them among them."""

    first: date
    last: date


class Counted(Struct, kw_only=True):
    """A number, and the address of the list that shows exactly the tickets that it counts."""

    count: int
    tickets: Address


class NamedQueue(Struct, kw_only=True):
    """A queue, by the number by which a report is asked of it, and its name."""

    id: str
    name: str


class Percentile(Struct, kw_only=True):
    """Within how many seconds so many were answered; null where that is not reached.

    Then `more_than_seconds` says for how long some have waited in vain so far, or `never_answered` how many never
    will be answered, for whom it cannot be reached any more. All three are null where nobody asked.
    """

    seconds: float | None
    more_than_seconds: float | None
    never_answered: int | None


class Report(Struct, kw_only=True):
    """Of what a report is, and as of when."""

    now: Instant
    environment: Annotated[str, one_of("Environment", Environment.values)]
    zone: Annotated[str, Meta(description="The IANA zone whose days and hours are meant.", examples=["UTC"])]
    days: Annotated[Days, Meta(description="Who asked on these is told of, where days are spoken of.")]
    counted_until: Annotated[
        Instant,
        Meta(description="All that was written down until then is in the figures; mostly that is `now`."),
    ]
    uncounted: Annotated[
        int, Meta(description="Tickets that could not be counted: what is said of them is old, or missing.")
    ]
    board: Annotated[Address, Meta(description="The board that shows the same to people.")]


def head(view: BoardView) -> dict[str, Any]:
    """Return the fields of `Report`."""
    behind = view.reading.behind_since if view.reading else None
    return {
        "now": view.now,
        "environment": view.environment,
        "zone": view.zone.key,
        "days": days(view.span),
        "counted_until": behind or view.now,
        "uncounted": view.uncounted,
        "board": _address("board", view.board_query),
    }


def days(span: DaysShown) -> Days:
    return Days(first=span.first, last=span.last)


def counted(number: LinkedCount) -> Counted:
    return Counted(count=number.count, tickets=_address("tickets", number.query))


def counted_by_name(numbers: Mapping[str, LinkedCount]) -> dict[str, Counted]:
    return {name: counted(number) for name, number in numbers.items()}


def named_queue(queue: Queue) -> NamedQueue:
    return NamedQueue(id=str(queue.pk), name=queue.name)


def percentile(value: MeasuredPercentile) -> Percentile:
    """Say a percentile, or why it is not reached."""
    match value:
        case MoreThan(seconds):
            return Percentile(seconds=None, more_than_seconds=seconds, never_answered=None)
        case Never(people):
            return Percentile(seconds=None, more_than_seconds=None, never_answered=people)
    return Percentile(seconds=value, more_than_seconds=None, never_answered=None)


def _address(page: str, query: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse(page)}" + (f"?{query}" if query else "")
