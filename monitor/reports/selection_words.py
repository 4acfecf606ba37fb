"""What a selection of clocks is called, at the head of the list of its tickets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format, time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from helpdesk.input.visible_text import isolated
from monitor.clock.metrics import ANSWERED, BESIDE, Metric
from monitor.excusals.breach_labels import OWN_WORDS
from monitor.excusals.said_rules import NO_CAUSE
from monitor.models import ListedCause
from monitor.models.clock_labels import METRIC_LABELS
from monitor.reports.clock_selection import METRICS, ClockSelection, DaySpan, InstantSpan
from monitor.reports.part_words import LIST_WORDS, SLICE_WORDS

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

METRIC_WORDS: Final[Mapping[str, _StrPromise]] = {
    **METRIC_LABELS,
    Metric.FIRST_ANY_RESPONSE: gettext_lazy("first response, by anybody or a machine"),
    Metric.FIRST_SUBSTANTIVE_RESPONSE: gettext_lazy("first substantive response"),
    Metric.CUSTOMER_WAIT: gettext_lazy("the customer's wait until it was resolved"),
    Metric.AGENT_WORK: gettext_lazy("our work until it was resolved"),
    "responses": gettext_lazy("a response"),
    "promises": gettext_lazy("any promise"),
}
"""What everything is called that a selection can be of."""

HIDING_WORDS: Final[Mapping[str, _StrPromise]] = {
    "pending": gettext_lazy("set pending or on hold before any reply"),
    "unanswered": gettext_lazy("resolved without an answer"),
    "lowered": gettext_lazy("priority changed shortly before it was due, and due later since"),
    "asked_again": gettext_lazy("asked again within ten minutes of a reply"),
    "handed_over": gettext_lazy("handed over shortly before it was due"),
    "dated_back": gettext_lazy("in time by its date alone: written down after the due time"),
}
"""What may hide lateness, in words."""

ASKED_AT: Final = frozenset({Metric.FIRST_RESPONSE, *BESIDE})
"""What begins when the customer asks; of everything else it is said when it began."""


def words(selection: ClockSelection) -> list[str]:
    """Say what is selected, one thing after the other; of their tickets nothing."""
    return [*_when(selection), *_what(selection)]


def tally(selection: ClockSelection, number: int, figure: str) -> str:
    """Say how many clocks there are, as `figure` writes it: those for which somebody waits are waits."""
    if set(METRICS[selection.metric]) <= set(ANSWERED):
        return ngettext("%s wait", "%s waits", number) % figure
    return ngettext("counted %s time", "counted %s times", number) % figure


def _when(selection: ClockSelection) -> Iterator[str]:
    if selection.asked:
        asked = selection.metric in ASKED_AT
        said = _("asked %(days)s") if asked else _("begun %(days)s")
        yield days_words(selection.asked, selection.zone, said)
    if selection.ended:
        resolved = selection.metric == Metric.RESOLUTION
        said = _("resolved %(days)s") if resolved else _("answered %(days)s")
        yield days_words(selection.ended, selection.zone, said)
    if selection.weekday is not None:
        yield str(WEEKDAYS[selection.weekday - 1])
    if selection.hour is not None:
        yield _("from %(begin)d:00 to %(end)d:00") % {"begin": selection.hour, "end": selection.hour + 1}
    if selection.due:
        yield due_words(selection.due, selection.zone)


def due_words(due: InstantSpan, zone: ZoneInfo) -> str:
    """Say by when something falls due, and by when not yet."""
    after, until = (each and localtime(each, zone) for each in due)
    said = _("due after %(after)s and by %(until)s (%(zone)s)") if after else _("due by %(until)s (%(zone)s)")
    return said % {"until": _instant(until), "after": _instant(after), "zone": _zone(zone)}


def _instant(at: datetime | None) -> str:
    return f"{date_format(at)} {time_format(at)}" if at else ""


def days_words(days: DaySpan, zone: ZoneInfo, said: str) -> str:
    """Say when something was, `said`, by days of a zone."""
    first, last = (each and date_format(each, "DATE_FORMAT") for each in days)
    if first == last:
        told = _("on %s") % first
    elif first and last:
        told = _("from %(first)s to %(last)s") % {"first": first, "last": last}
    else:
        told = _("since %s") % first if first else _("until %s") % last
    return f"{said % {'days': told}} ({_zone(zone)})"


def _zone(zone: ZoneInfo) -> str:
    return zone.key.replace("_", " ")


def _what(selection: ClockSelection) -> Iterator[str]:
    metric, slice_ = selection.metric, selection.slice_
    if metric == Metric.FIRST_RESPONSE and slice_:
        yield str(LIST_WORDS[slice_])
    elif slice_:
        yield _("%(metric)s: %(outcome)s") % {"metric": METRIC_WORDS[metric], "outcome": SLICE_WORDS[slice_]}
    elif metric not in ASKED_AT and not selection.ended:
        yield str(METRIC_WORDS[metric])
    if selection.cause is not None:
        yield cause_words(selection.cause)
    if selection.is_excused is not None:
        yield _("excused") if selection.is_excused else _("not excused")
    if selection.freeze is not None:
        yield _("excused by a freeze")
    if selection.hiding:
        yield str(HIDING_WORDS[selection.hiding])


def cause_words(number: int) -> str:
    """Say which cause is meant: one of the list by its name."""
    if number == NO_CAUSE:
        return _("without a cause")
    if number == OWN_WORDS:
        return _("cause in own words")
    named = ListedCause.objects.filter(pk=number).first()
    return _("cause: %(name)s") % {"name": isolated(named.name if named else str(number))}
