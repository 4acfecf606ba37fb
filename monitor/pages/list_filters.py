"""The monitor's filters of the list of tickets, so that every number leads to exactly its tickets."""

from __future__ import annotations

from collections.abc import Callable, Container
from datetime import date, datetime
from functools import partial
from typing import Final, TypedDict, TypeVar

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, QueryDict

from helpdesk.input import zone_name
from helpdesk.input.id_text import read_number
from helpdesk.models.ticket import TicketQuerySet
from helpdesk.pages.frame.address import read_instant
from helpdesk.pages.frame.viewer import now_of
from helpdesk.search.list_narrowing import ListNarrowing, ListTally, SortedTickets, nothing
from monitor.clock.metrics import ONLY_ONCE, Metric
from monitor.excusals.breach_labels import OWN_WORDS
from monitor.excusals.said_rules import NO_CAUSE
from monitor.models import ListedCause, Standing
from monitor.pages import queue_address
from monitor.reports import selection_words, wait_ages
from monitor.reports.adjusted.hidden_lateness import HIDING
from monitor.reports.clock_order import ClockOrder
from monitor.reports.clock_selection import METRICS, NONE, SLICES, ClockSelection, DaySpan, InstantSpan
from monitor.reports.resolutions import resolution_words
from monitor.reports.resolutions.resolution_selection import CAME, ResolutionOrder, ResolutionSelection
from monitor.reports.resolutions.response_bands import BANDS
from monitor.reports.ticket_selection import STANDS

RESOLVING: Final = ("first_resolved", "response", "then")
"""What in an address speaks of first resolutions."""
YEARS: Final = range(1970, 9999)
HOURS: Final = range(24)
WEEKDAYS: Final = range(1, 8)
ASKING: Final = (
    "metric",
    "slice",
    "asked",
    "answered",
    "resolved",
    "due",
    "hour",
    "weekday",
    "cause",
    "excused",
)
"""What in an address speaks of clocks."""
EXCUSED: Final = {"yes": True, "no": False}
Read = TypeVar("Read")


class NoSelectionError(Exception):
    """An address asks for clocks that cannot be: there is no such day, hour, metric, slice or zone."""


def narrow_by_clocks(request: HttpRequest) -> ListNarrowing | None:
    """Keep tickets by their clocks, as `ClockSelection.query` asks for them."""
    now = now_of(request)
    try:
        selection = read_selection(request.GET)
    except NoSelectionError:
        return nothing()
    if selection is None:
        return None
    tally = ListTally(partial(_count, selection, now), partial(selection_words.tally, selection))
    return ListNarrowing(
        selection.tickets(now=now),
        selection_words.words(selection),
        order=partial(ClockOrder, selection, now=now),
        tally=None if selection.metric in ONLY_ONCE else tally,
    )


def _count(selection: ClockSelection, now: datetime, tickets: TicketQuerySet, most: int) -> int:
    return selection.clocks(tickets, now=now).order_by()[:most].count()


def narrow_by_resolution(request: HttpRequest) -> ListNarrowing | None:
    """Keep tickets by their first resolution, as `ResolutionSelection.query` asks for it."""
    if not any(request.GET.get(name) for name in RESOLVING):
        return None
    days = read_days(request.GET.get("first_resolved", ""))
    zone = zone_name.read(request.GET.get("zone", "") or "UTC")
    band, came = request.GET.get("response", ""), request.GET.get("then", "")
    if days is None or zone is None or band not in ("", *BANDS) or came not in ("", *CAME):
        return nothing()
    selection = ResolutionSelection(days=days, zone=zone, band=band, came=came)
    return ListNarrowing(
        selection.tickets, resolution_words.words(selection), order=partial(ResolutionOrder, selection)
    )


def narrow_by_age(request: HttpRequest) -> ListNarrowing | None:
    """Keep tickets whose customers have been waiting (`waiting`) for as long as a band says."""
    if not (band := request.GET.get("waiting", "")):
        return None
    if band not in wait_ages.BANDS:
        return nothing()
    rule = wait_ages.BANDS[band].rule(now_of(request))

    def order(tickets: TicketQuerySet) -> SortedTickets:
        return SortedTickets(tickets.filter(rule), "waiting_since")

    return ListNarrowing(rule, [str(wait_ages.WORDS[band])], order=order)


def narrow_by_place(request: HttpRequest) -> ListNarrowing | None:
    """Keep live tickets by where they stand (`place`), as the queue does; here by whatever else a ticket has, too."""
    if not (place := request.GET.get("place", "")):
        return None
    if place not in STANDS:
        return nothing()
    stand = Standing.objects.filter(STANDS[place](now_of(request)), ticket=OuterRef("pk"))
    return ListNarrowing(Q(Exists(stand)), [str(queue_address.STANDS[place])])


def read_selection(query: QueryDict) -> ClockSelection | None:
    """Return the clocks that an address asks for, whatever it says of their tickets; None where it asks for none.

    Days and hours are of the address's `zone`, not the viewer's: whoever follows it is shown the same. Without one
    they are UTC's. Raises `NoSelectionError`.
    """
    if not any(query.get(name) for name in ASKING):
        return None
    zone = zone_name.read(query.get("zone", "") or "UTC")
    if zone is None:
        raise NoSelectionError
    resolved = _said(query, "resolved", read_days)
    metric = _said(query, "metric", _one_of(METRICS))
    if resolved and (query.get("answered") or metric not in (None, Metric.RESOLUTION)):
        raise NoSelectionError
    return ClockSelection(
        metric=metric or (Metric.RESOLUTION if resolved else Metric.FIRST_RESPONSE).value,
        asked=_said(query, "asked", read_days),
        ended=resolved or _said(query, "answered", read_days),
        due=_said(query, "due", _instants),
        zone=zone,
        **_hour_of_week(query),
        slice_=_said(query, "slice", _one_of(SLICES)) or "",
        **_said_of_clocks(query),
    )


def _said(query: QueryDict, name: str, read: Callable[[str], Read | None]) -> Read | None:
    """Return what the address says by this name, None for nothing; raises `NoSelectionError` for nonsense."""
    if not (text := query.get(name, "")):
        return None
    if (told := read(text)) is None:
        raise NoSelectionError
    return told


class _HourOfWeek(TypedDict):
    weekday: int | None
    hour: int | None


def _hour_of_week(query: QueryDict) -> _HourOfWeek:
    """Return the day of the week and the hour: `weekday=2&hour=13`, or in one word, `hour=2.13`."""
    day, dot, hour = query.get("hour", "").partition(".")
    told = query.copy()
    if dot:
        told["weekday"], told["hour"] = day, hour
    return _HourOfWeek(
        weekday=_said(told, "weekday", _number_of(WEEKDAYS)), hour=_said(told, "hour", _number_of(HOURS))
    )


class _SaidOfClocks(TypedDict):
    cause: int | None
    is_excused: bool | None
    freeze: int | None
    hiding: str


def _said_of_clocks(query: QueryDict) -> _SaidOfClocks:
    """Return by what was said of them clocks are asked for."""
    return _SaidOfClocks(
        cause=_said(query, "cause", _cause),
        is_excused=_said(query, "excused", EXCUSED.get),
        freeze=_said(query, "freeze", read_number),
        hiding=_said(query, "hides", _one_of(HIDING)) or "",
    )


def _cause(text: str) -> int | None:
    """Read a cause's number, 0 of those in own words; `none`: nobody has said any."""
    number = NO_CAUSE if text == NONE else read_number(text)
    if number is None or (number > OWN_WORDS and not ListedCause.objects.filter(pk=number).exists()):
        return None
    return number


def _one_of(names: Container[str]) -> Callable[[str], str | None]:
    return lambda text: text if text in names else None


def _number_of(numbers: range) -> Callable[[str], int | None]:
    return lambda text: number if (number := read_number(text)) in numbers else None


def read_days(text: str) -> DaySpan | None:
    """Read `2026-11-01`, or `2026-11-01..2026-11-14`, of which either may be left out."""
    first, dots, last = text.partition("..")
    if not dots:
        return DaySpan.of(day) if (day := read_day(first)) else None
    span = DaySpan(read_day(first), read_day(last))
    if (first and span.first is None) or (last and span.last is None) or span == (None, None):
        return None
    return span


def _instants(text: str) -> InstantSpan | None:
    begin, _dots, end = text.partition("..")
    after, until = read_instant(begin), read_instant(end)
    return InstantSpan(after, until) if until and (after or not begin) else None


def read_day(text: str) -> date | None:
    """Read a day; None for none, nonsense, or one beyond all calendars."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None
