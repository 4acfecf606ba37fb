"""What an address asks of the board: the same words and the same rules for its pages and for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from django.db.models import Model, QuerySet

from helpdesk.input.id_text import read_number
from helpdesk.models import Agent, Priority, Queue, Store, StoreTopic
from monitor.clock.metrics import Metric
from monitor.reports.board.board_view import DAYS, MOST_DAYS, BoardFilter, Span
from monitor.reports.clock_selection import NONE
from monitor.reports.rollup.ticket_share import NO_TOPIC

PERIODS: Final = (7, 14, 28, 91, 364)
"""The usual numbers of days."""
METRICS: Final[tuple[str, ...]] = (
    Metric.FIRST_RESPONSE,
    Metric.NEXT_RESPONSE,
    Metric.RESOLUTION,
    Metric.FIRST_ANY_RESPONSE,
    Metric.FIRST_SUBSTANTIVE_RESPONSE,
    Metric.ACKNOWLEDGEMENT,
)
"""What waits can be shown of."""
LONGEST: Final = 50
"""So many characters of a tier, a channel or a language are read."""


Reader = Callable[[str], str | int | None]


class BoardAddress(NamedTuple):
    """What is asked for, and the names of what was given and is nonsense: it narrows nothing."""

    filter: BoardFilter
    misread: tuple[str, ...]


def read(told: Mapping[str, str]) -> BoardAddress:
    """Return what an address asks for, by its names; what is empty is not given."""
    given = {name: text for name in NAMES if (text := told.get(name, ""))}
    values, others = _read(given, NARROWING), _read(given, _OTHERS)
    span = _span(given.get("from", ""), given.get("to", ""))
    asked = BoardFilter(
        values=values,
        span=span,
        days=others.get("days", DAYS),
        metric=others.get("metric", Metric.FIRST_RESPONSE),
        open_time="time" in others,
        compared="compared" in others,
    )
    understood = values.keys() | others.keys() | ({"from", "to"} if span else set())
    return BoardAddress(asked, tuple(sorted(given.keys() - understood)))


def unseen(values: Mapping[str, str | int], agent: Agent) -> Iterator[str]:
    """Yield the names of what is asked for by a number that is none of what the agent sees: nothing of it is shown."""
    seen: dict[str, QuerySet[Model]] = {
        "queue": Queue.objects.visible_to(agent),
        "store": Store.objects.visible_to(agent),
        "topic": StoreTopic.objects.visible_to(agent),
    }
    for name, rows in seen.items():
        number = values.get(name)
        if number and not rows.filter(pk=number).exists():
            yield name


def _read(given: Mapping[str, str], readers: Mapping[str, Reader]) -> dict[str, Any]:
    """Return what each of these names says, where it is given and no nonsense."""
    found = {name: reader(given[name]) for name, reader in readers.items() if name in given}
    return {name: value for name, value in found.items() if value is not None}


def _span(first: str, last: str) -> Span | None:
    """Return the days from one to another, either way round; None for nonsense or for more than a year of them."""
    try:
        begin, end = sorted((date.fromisoformat(first), date.fromisoformat(last)))
    except ValueError:
        return None
    span = Span(begin, end)
    return span if span.days <= MOST_DAYS and begin.year >= 1970 and end.year < 9999 else None


def _text(value: str) -> str | None:
    return "" if value == NONE else value[:LONGEST].strip() or None


def _topic(value: str) -> int | None:
    return NO_TOPIC if value == NONE else read_number(value)


def _days(value: str) -> int | None:
    days = read_number(value)
    return days if days in PERIODS else None


def _one_of(*known: str) -> Reader:
    return lambda value: value if value in known else None


NARROWING: Final[Mapping[str, Reader]] = {
    "queue": read_number,
    "store": read_number,
    "priority": _one_of(*Priority.values),
    "tier": _text,
    "topic": _topic,
    "channel": _text,
    "language": _text,
}
"""How an address is read where it says which tickets are meant."""
_OTHERS: Final[Mapping[str, Reader]] = {
    "days": _days,
    "metric": _one_of(*METRICS),
    "time": _one_of("open"),
    "compared": _one_of("1"),
}
NAMES: Final = frozenset({*NARROWING, *_OTHERS, "from", "to"})
"""All that an address can say."""
