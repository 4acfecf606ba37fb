"""Times and durations in words, in the viewer's language and zone, by CLDR.

Whatever moves while one looks is wrapped in `<due-time>`, which goes on in the browser with the
same words (`MOVING_WORDS`) and the same units; without JavaScript the server's words stay.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final, Literal, TypeAlias

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.units import format_unit
from django import template
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy

from helpdesk.input.cldr_locale import cldr_locale

register = template.Library()

_Length: TypeAlias = Literal["short", "medium"]
UNITS: Final = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
BELOW_A_DAY: Final = UNITS[1:]


def _here() -> Locale:
    return cldr_locale(get_language())


def in_units(span: timedelta) -> list[tuple[int, str]]:
    """Cut a duration into its two largest neighbouring units, rounded down: 59 minutes is no hour.

    The sign is dropped: words say which side of the moment we are on. Seconds only below a minute.
    """
    seconds = int(abs(span).total_seconds())
    for (unit, size), (below, smaller) in pairwise(UNITS):
        if seconds >= size:
            whole, rest = seconds // size, seconds % size // smaller
            return [(whole, unit), (rest, below)] if rest and below != "second" else [(whole, unit)]
    return [(seconds, "second")]


def in_all_units(span: timedelta, units: Sequence[tuple[str, int]] = UNITS) -> str:
    """Say a duration to the second: `16 min 20 sec`, for where times must add up."""
    left = int(abs(span).total_seconds())
    words: list[str] = []
    for unit, size in units:
        count, left = divmod(left, size)
        if count or (unit == "second" and not words):
            words.append(format_unit(count, unit, length="short", locale=_here()))
    return " ".join(words)


def in_words(span: timedelta) -> str:
    """Say a duration: `25 min`, `2 hr 10 min`, `3 days`."""
    return " ".join(
        format_unit(count, unit, length="short", locale=_here()) for count, unit in in_units(span)
    )


MOVING_WORDS: Final = {
    "due": gettext_lazy("due in {time}"),
    "what_due": gettext_lazy("{what} due in {time}"),
    "now": gettext_lazy("due now"),
    "what_now": gettext_lazy("{what} due now"),
    "late": gettext_lazy("{time} late"),
    "what_late": gettext_lazy("{what} {time} late"),
    "waiting": gettext_lazy("waiting {time}"),
    "ago": gettext_lazy("{time} ago"),
    "leaving": gettext_lazy("leaving in {time}"),
    "leaving_now": gettext_lazy("leaving now"),
}
"""The sentences of `<due-time>`, by kind; `{time}` is a duration and `{what}` a promise."""


@register.simple_tag
def words_for_the_browser() -> SafeString:
    """The same sentences for the custom elements, as a meta element (no inline script)."""
    words = {kind: str(sentence) for kind, sentence in MOVING_WORDS.items()}
    return format_html('<meta name="attend-words" content="{}">', json.dumps(words))


def moving_sentence(kind: str, at: datetime, now: datetime, what: str = "") -> str:
    """Say where `now` stands to `at`; `kind` is due, waiting or ago."""
    if kind == "due":
        whole = abs(at - now) >= timedelta(seconds=1)
        kind = ("due" if at > now else "late") if whole else "now"
        kind = f"what_{kind}" if what else kind
    if kind == "leaving" and at <= now:
        kind = "leaving_now"
    return str(MOVING_WORDS[kind]).format(time=in_words(at - now), what=what)


def _moving(kind: str, at: datetime | None, context: Context, what: str = "") -> SafeString:
    """Say it so that it goes on in the browser; on a page of the past it stands still."""
    if not at:
        return SafeString()
    sentence = moving_sentence(kind, at, context["now"], what)
    if context.get("as_it_stood"):
        return instant_words(at, sentence)
    return format_html(
        '<due-time kind="{}" what="{}"><time datetime="{}" title="{}">{}</time></due-time>',
        kind, what, at.isoformat(), in_full(at), sentence,
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def due_time(context: Context, at: datetime | None, what: str = "") -> SafeString:
    """Say when something is due: "due in 25 min", "12 min late"; `what` names the promise."""
    return _moving("due", at, context, str(what))


@register.simple_tag(takes_context=True)
def waiting(context: Context, since: datetime | None) -> SafeString:
    """Say the customer's clock: "waiting 2 hr 10 min"."""
    return _moving("waiting", since, context)


@register.simple_tag(takes_context=True)
def ago(context: Context, at: datetime | None) -> SafeString:
    """Say how long ago: "3 min ago"."""
    return _moving("ago", at, context)


@register.simple_tag(takes_context=True)
def leaving_in(context: Context, at: datetime) -> SafeString:
    """Say when a reply leaves that can still be taken back: "leaving in 8 sec"."""
    return _moving("leaving", at, context)


@register.filter
def duration(span: timedelta | None) -> str:
    """Say a length of time: "2 hr 10 min"; nothing for None."""
    return "" if span is None else in_words(span)


@register.filter
def whole_duration(span: timedelta) -> str:
    """Say a length of time to the second: "16 min 20 sec"."""
    return in_all_units(span)


def in_full(at: datetime) -> str:
    """The date and time to the second in the viewer's zone, with the zone's name."""
    return format_datetime(at, "long", tzinfo=timezone.get_current_timezone(), locale=_here())


def on_the_clock(at: datetime, now: datetime, *, length: _Length = "short") -> str:
    """The time of day in the viewer's zone, and the date unless it is today; `medium` has seconds."""
    zone = timezone.get_current_timezone()
    time = format_time(at, length, tzinfo=zone, locale=_here())
    local, today = at.astimezone(zone).date(), now.astimezone(zone).date()
    if local == today:
        return time
    skeleton = "MMMd" if local.year == today.year else "yMMMd"
    pattern = _here().datetime_skeletons[skeleton]
    return f"{format_date(local, str(pattern.pattern), locale=_here())}, {time}"


@register.simple_tag(takes_context=True)
def moment(context: Context, at: datetime | None) -> SafeString:
    """A point in time: "14:02" today, else with its date; in full on hover and to machines."""
    return instant_words(at, on_the_clock(at, context["now"])) if at else SafeString()


@register.simple_tag(takes_context=True)
def to_the_second(context: Context, at: datetime) -> SafeString:
    """A point in time with its seconds: "14:02:31"."""
    return instant_words(at, on_the_clock(at, context["now"], length="medium"))


def instant_words(at: datetime, words: str) -> SafeString:
    """Say a point in time by these words; in full on hover and to machines."""
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), in_full(at), words)


@register.simple_tag
def zone_name() -> str:
    """The viewer's zone, as they chose it: "Asia/Jerusalem"."""
    return timezone.get_current_timezone_name().replace("_", " ")
