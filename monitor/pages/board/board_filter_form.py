"""The board's filter bar: what its address asks for, and what it offers. Nonsense is left out, and said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.models import Agent, Priority, Queue, Store, StoreTopic
from helpdesk.pages.frame import environment
from helpdesk.pages.frame.address import read_number
from helpdesk.pages.frame.viewer import agent_of, now_of
from monitor.clock.metrics import Metric
from monitor.models import RollupCell
from monitor.models.clock_labels import METRIC_LABELS
from monitor.reports.board.board_view import DAYS, MOST_DAYS, BoardFilter, BoardView, Span
from monitor.reports.clock_selection import NONE
from monitor.reports.rollup.cell_reading import CellReading
from monitor.reports.rollup.ticket_share import EVERY_QUEUE, NO_TOPIC

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

PERIODS: Final = {
    7: gettext_lazy("7 days"),
    14: gettext_lazy("14 days"),
    28: gettext_lazy("28 days"),
    91: gettext_lazy("13 weeks"),
    364: gettext_lazy("52 weeks"),
}


METRICS: Final[Mapping[str, _StrPromise]] = {
    **{
        metric: METRIC_LABELS[metric]
        for metric in (Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE, Metric.RESOLUTION)
    },
    Metric.FIRST_ANY_RESPONSE: gettext_lazy("first response, by people or bots"),
    Metric.ACKNOWLEDGEMENT: METRIC_LABELS[Metric.ACKNOWLEDGEMENT],
}
"""What waits can be shown of."""


class Choice(NamedTuple):
    """One thing that can be chosen of a list: its value in the address, its words, and whether it is chosen."""

    value: str
    words: object
    chosen: bool


class FilterList(NamedTuple):
    """A list of the filter bar, and what it is called; `any_words` stand for none of its choices."""

    name: str
    label: object
    any_words: object
    choices: list[Choice]


def view_of(request: HttpRequest, *, live: bool = False) -> BoardView:
    """Return who looks, at what the address asks for; what is `live` needs no figures."""
    reading = None if live else CellReading.begin()
    agent = agent_of(request)
    return BoardView(
        agent=agent,
        environment=environment.current(request),
        now=now_of(request),
        filter=filter_of(request.GET, agent),
        reading=reading,
    )


def filter_of(told: QueryDict, agent: Agent) -> BoardFilter:
    """Return what an address asks for; what is not there, or nonsense, narrows nothing."""
    values = {name: value for name, read in _READ.items() if (value := read(told.get(name, ""))) is not None}
    days = read_number(told.get("days", ""))
    metric = told.get("metric", "")
    return BoardFilter(
        values=values,
        span=_span(told.get("from", ""), told.get("to", "")),
        days=days if days in PERIODS else DAYS,
        metric=metric if metric in METRICS else Metric.FIRST_RESPONSE,
        open_time=told.get("time") == "open",
        compared=bool(told.get("compared")),
    )


def _span(first: str, last: str) -> Span | None:
    """Return the days from one to another, either way round; None for nonsense or for more than a year of them."""
    try:
        begin, end = sorted((date.fromisoformat(first), date.fromisoformat(last)))
    except ValueError:
        return None
    span = Span(begin, end)
    return span if span.days <= MOST_DAYS and begin.year >= 1970 and end.year < 9999 else None


def _text(value: str) -> str | None:
    return "" if value == NONE else value[:50].strip() or None


def _priority(value: str) -> str | None:
    return value if value in Priority.values else None


def _topic(value: str) -> int | None:
    return NO_TOPIC if value == NONE else read_number(value)


_READ: Final[Mapping[str, Callable[[str], str | int | None]]] = {
    "queue": read_number,
    "store": read_number,
    "priority": _priority,
    "tier": _text,
    "topic": _topic,
    "channel": _text,
    "language": _text,
}


def periods(view: BoardView) -> list[Choice]:
    """Return the usual periods, each with the board's query for it."""
    return [
        Choice(
            urlencode(view.filter.over(days).whole_address),
            words,
            not view.filter.span and days == view.filter.days,
        )
        for days, words in PERIODS.items()
    ]


def lists(view: BoardView) -> list[FilterList]:
    """Return what the filter bar offers, beside the days: what could be chosen of by an agent who sees so much."""
    queues = Queue.objects.visible_to(view.agent).order_by("name").values_list("pk", "name")
    stores = Store.objects.visible_to(view.agent).in_environment(view.environment).order_by("name")
    topics = StoreTopic.objects.visible_to(view.agent).order_by("name").distinct()
    anything = _("any")
    return [
        _list(view, "queue", _("Queue"), _("every queue"), list(queues)),
        _list(view, "store", _("Store"), _("every store"), list(stores.values_list("pk", "name"))),
        _list(view, "priority", _("Priority"), anything, list(Priority.choices)),
        _list(view, "topic", _("Topic"), anything, [(NONE, _("none")), *topics.values_list("pk", "name")]),
        _list(view, "channel", _("Channel"), anything, _seen(view, "channel")),
        _list(view, "language", _("Language"), anything, _seen(view, "language")),
    ]


def _list(
    view: BoardView, name: str, label: object, any_words: object, choices: list[tuple[object, object]]
) -> FilterList:
    asked = view.filter.address.get(name, "")
    offered = [Choice(str(value), words, str(value) == asked) for value, words in choices]
    if asked and not any(choice.chosen for choice in offered):
        offered.append(Choice(asked, asked, chosen=True))
    return FilterList(name, label, any_words, offered)


def _seen(view: BoardView, dimension: str) -> list[tuple[object, object]]:
    """Return what values the tickets had that were asked on the days that are looked at."""
    if view.reading is None:
        return []
    cells = RollupCell.objects.filter(
        edition=view.reading.edition,
        environment=view.environment,
        queue_id__in=(EVERY_QUEUE,) if view.queues is None else view.queues,
        dimension=dimension,
        day__range=(view.span.first, view.span.last),
    )
    found = cells.exclude(value="").order_by("value")
    return [(value, value) for value in found.values_list("value", flat=True).distinct()]
