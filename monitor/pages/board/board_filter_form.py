"""The board's filter bar: what its address asks for, and what it offers. Nonsense is left out, and said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.models import Priority, Queue, Store, StoreTopic
from helpdesk.pages.frame import environment
from helpdesk.pages.frame.viewer import agent_of, now_of
from monitor.clock.metrics import Metric
from monitor.models import RollupCell
from monitor.models.clock_labels import METRIC_LABELS
from monitor.pages.board.narrowed_words import LABELS
from monitor.reports.board import board_address
from monitor.reports.board.board_view import BoardFilter, BoardView
from monitor.reports.clock_selection import NONE
from monitor.reports.rollup.cell_reading import CellReading
from monitor.reports.rollup.ticket_share import EVERY_QUEUE

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

PERIODS: Final = dict(
    zip(
        board_address.PERIODS,
        (
            gettext_lazy("7 days"),
            gettext_lazy("14 days"),
            gettext_lazy("28 days"),
            gettext_lazy("13 weeks"),
            gettext_lazy("52 weeks"),
        ),
        strict=True,
    )
)


_OWN_WORDS: Final = {
    Metric.FIRST_ANY_RESPONSE.value: gettext_lazy("first response, by people or bots"),
    Metric.FIRST_SUBSTANTIVE_RESPONSE.value: gettext_lazy("first substantive response"),
}
METRICS: Final[Mapping[str, _StrPromise]] = {
    metric: _OWN_WORDS.get(metric) or METRIC_LABELS[metric] for metric in board_address.METRICS
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


def view_of(request: HttpRequest) -> BoardView:
    """Return who looks, at what the address asks for."""
    return BoardView(
        agent=agent_of(request),
        environment=environment.current(request),
        now=now_of(request),
        filter=filter_of(request.GET),
        reading=CellReading.begin(),
    )


def filter_of(told: QueryDict) -> BoardFilter:
    """Return what an address asks for; what is not there, or nonsense, narrows nothing."""
    return board_address.read({name: told.get(name, "") for name in board_address.NAMES}).filter


def periods(view: BoardView) -> list[Choice]:
    """Return the usual periods, each with the board's query for it."""
    return [
        Choice(
            urlencode(view.filter.over(days).whole_address or {"days": days}),
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
        _list(view, "queue", _("every queue"), list(queues)),
        _list(view, "store", _("every store"), list(stores.values_list("pk", "name"))),
        _list(view, "priority", anything, list(Priority.choices)),
        _list(view, "topic", anything, [(NONE, _("none")), *topics.values_list("pk", "name")]),
        _list(view, "channel", anything, _seen(view, "channel")),
        _list(view, "language", anything, _seen(view, "language")),
    ]


def _list(view: BoardView, name: str, any_words: object, choices: list[tuple[object, object]]) -> FilterList:
    asked = view.filter.address.get(name, "")
    offered = [Choice(str(value), words, str(value) == asked) for value, words in choices]
    if asked and not any(choice.chosen for choice in offered):
        offered.append(Choice(asked, asked, chosen=True))
    return FilterList(name, LABELS[name], any_words, offered)


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
