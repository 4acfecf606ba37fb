"""What the board shows, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, time
from typing import Final
from urllib.parse import urlencode

from babel.dates import format_time, get_day_names
from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from helpdesk.input.cldr_locale import cldr_locale
from helpdesk.input.digit_groups import grouped
from monitor.clock.metrics import Metric
from monitor.models import Standing
from monitor.models.clock_labels import METRIC_LABELS
from monitor.queue.running_promise import RunningPromise, shown_promises
from monitor.reports import wait_ages
from monitor.reports.board.answering_pace import AnsweringPace
from monitor.reports.board.board_view import OF_THE_QUEUE, BoardView, Span
from monitor.reports.board.hours_panel import HourOfWeek
from monitor.reports.board.promises_panel import MetricPromises
from monitor.reports.board.waits_panel import FEW
from monitor.reports.part_words import PROMISE_WORDS
from monitor.reports.resolutions import response_bands
from monitor.templatetags.waits import short_day

register = template.Library()


NO_PACE_WORDS: Final = {
    "crowded": gettext_lazy("So much has changed at once that no pace can be told."),
    "silent": gettext_lazy("Nobody has answered in the last two hours: no pace to tell."),
    "few": gettext_lazy("Too few were answered in the last two hours to tell a pace."),
    "gone": gettext_lazy("Nobody who works here has acted in the last 30 minutes: no pace to tell."),
    "alone": gettext_lazy(
        "One person alone has worked in the last two hours: a pace is told of a team, never of one."
    ),
}


@register.filter(is_safe=True)
def squeezed(html: str) -> str:
    """Leave out the indentation and the empty lines of a page that holds much, and nothing in which they count."""
    return re.sub(r"\s*\n\s*", "\n", html)


@register.filter
def no_pace_words(pace: AnsweringPace) -> str:
    """Say why no pace is told."""
    return str(NO_PACE_WORDS[pace.unknown])


@register.simple_tag
def board_address(view: BoardView, **more: str) -> str:
    """Return the address of the board as it is looked at, with something more in it."""
    return f"?{urlencode(view.filter.whole_address | view.place | more)}"


@register.simple_tag
def board_list(view: BoardView) -> str:
    """Return where live tickets are listed: the queue, or the list of all where they are narrowed by what it lacks."""
    return reverse("queue" if view.filter.values.keys() <= OF_THE_QUEUE else "tickets")


@register.filter
def worst_promise(standing: Standing, now: datetime) -> RunningPromise | None:
    """Find the promise that makes a ticket late, the one that gives it its place before others."""
    return next((one for one in shown_promises(standing, now=now) if one.level_at(now) == "late"), None)


@register.filter
def first_response(promises: Iterable[MetricPromises]) -> MetricPromises:
    """Find the promises of first responses, which are always shown."""
    return next(one for one in promises if one.metric == Metric.FIRST_RESPONSE)


@register.filter
def least_kept(promises: Iterable[MetricPromises]) -> MetricPromises | None:
    """Find the promises of which the least share is kept, of those on which enough is decided to say so."""
    told = [one for one in promises if one.on_time is not None and one.decided >= FEW]
    return min(told, key=lambda one: one.on_time or 0, default=None)


@register.filter
def metric_words(metric: str) -> str:
    return str(METRIC_LABELS[metric])


@register.filter
def promise_words(slice_: str) -> str:
    """Say what became of a promise: "not due yet"."""
    return str(PROMISE_WORDS[slice_])


@register.filter
def age_words(age: str) -> str:
    """Say how long customers of a band have waited: "waiting for 1 to 4 hours"."""
    return str(wait_ages.WORDS[age])


@register.filter
def response_words(band: str) -> str:
    """Say how soon tickets had been answered: "answered after 1 to 4 hours"."""
    return str(response_bands.WORDS[band])


@register.filter
def span_words(span: Span) -> str:
    """Say a day, or the first and the last of several: "Mon, Mar 9 – Sun, Mar 15"."""
    return short_day(span.first) if span.days == 1 else f"{short_day(span.first)} – {short_day(span.last)}"


@register.simple_tag
def asked_cells(row: Iterable[HourOfWeek]) -> SafeString:
    """Write the cells of a weekday's hours; tags of a template take ten times as long for as many."""
    return mark_safe("".join(_asked_cell(one) for one in row))  # noqa: S308  # numbers alone


@register.simple_tag
def broken_cells(row: Iterable[HourOfWeek]) -> SafeString:
    """Write the cells of the same hours that say how many promises were broken."""
    return mark_safe("".join(_broken_cell(one) for one in row))  # noqa: S308  # numbers alone


def _asked_cell(one: HourOfWeek) -> str:
    n = one.asked.count
    if not n:
        return "<td></td>"
    return f'<td class="s{one.shade}"><button name="hour" value="{one.name}">{grouped(n)}</button></td>'


def _broken_cell(one: HourOfWeek) -> str:
    n = one.broken.count
    if not n:
        return "<td></td>"
    return f'<td><button form="broken" name="hour" value="{one.name}">{grouped(n)}</button></td>'


@register.filter
def weekday_words(weekday: int) -> str:
    """Name a day of the week, 0 for Monday."""
    return str(get_day_names("abbreviated", "stand-alone", locale=cldr_locale(get_language()))[weekday])


@register.filter
def hour_words(hour: HourOfWeek) -> str:
    """Say an hour of the week: "Mondays, 10:00 – 11:00"."""
    locale = cldr_locale(get_language())
    day = get_day_names("wide", "stand-alone", locale=locale)[hour.weekday]
    begin, end = (format_time(time(each % 24), "short", locale=locale) for each in (hour.hour, hour.hour + 1))
    return _("%(day)s, %(begin)s to %(end)s") % {"day": day, "begin": begin, "end": end}


@register.filter
def any_excused(promises: Iterable[MetricPromises]) -> bool:
    """Tell whether any broken promise is excused: else there is nothing to be adjusted."""
    return any(one.excused.count for one in promises)


@register.simple_tag
def asked_address(view: BoardView) -> str:
    """Return the query of the broken promises of the board's days, of every metric."""
    return view.asked_query(view.span, "broken", metric="promises")
