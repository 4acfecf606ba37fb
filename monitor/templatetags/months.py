"""Reported months, in words."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from babel.dates import format_skeleton
from django import template
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from helpdesk.input.cldr_locale import cldr_locale
from monitor.models import METRIC_LABELS, PolicyVersion, ReportedMonth
from monitor.reports.months.change_reason import ChangeReason
from monitor.reports.months.month_story import CountThenNow, FigureThenNow, MonthStory
from monitor.reports.months.reason_words import CAME_OUT_WORDS, REASON_WORDS
from monitor.reports.months.reported_figures import FigurePlace
from monitor.reports.months.reported_selection import ReportedSelection
from monitor.reports.objectives.month_figures import BESIDE
from monitor.reports.part_words import SLICE_WORDS
from monitor.reports.selection_words import METRIC_WORDS
from monitor.templatetags.objectives import per_mille

register = template.Library()

_COUNTS = ("decided", "met", "late", "unanswered", "undecided")


@register.simple_tag
def reported_words(one: FigureThenNow, reported: ReportedMonth) -> str:
    """Say what was reported, and what it would be now: "Reported 3 Nov: 94.1 %. Now 93.8 %:"."""
    day = format_skeleton("MMMd", localtime(reported.reported_at), locale=cldr_locale(get_language()))
    facts = {"day": day, "then": per_mille(one.then.per_mille), "now": per_mille(one.now.per_mille)}
    if not one.tickets:
        return _("Reported %(day)s: %(then)s. Now the same.") % facts
    if one.now.per_mille == one.then.per_mille:
        return _("Reported %(day)s: %(then)s. Now the same share:") % facts
    return _("Reported %(day)s: %(then)s. Now %(now)s:") % facts


@register.simple_tag
def adjusted_words(one: FigureThenNow) -> str:
    """Say what both would be without what is excused; nothing where nothing is."""
    if not any(one.excused):
        return ""
    facts = {"then": per_mille(one.adjusted_then.per_mille), "now": per_mille(one.adjusted_now.per_mille)}
    if one.adjusted_then == one.adjusted_now:
        return _("Without what was excused: %(then)s.") % facts
    return _("Without what was excused: reported %(then)s, now %(now)s.") % facts


@register.filter
def reason_words(reason: str) -> str:
    """Say why a clock changed."""
    return str(REASON_WORDS[ChangeReason(reason)])


@register.filter
def version_words(number: int, versions: Mapping[int, PolicyVersion]) -> str:
    """Say under which version something counts now: "Everybody v3"."""
    return str(versions.get(number, ""))


@register.filter
def came_out_words(slice_: str) -> str:
    """Say how a clock came out: "in time", or "not counted"."""
    return str(CAME_OUT_WORDS[slice_])


@register.filter
def counts_then_now(one: FigureThenNow, story: MonthStory) -> list[CountThenNow]:
    """Return the numbers of a row, each as it was reported and as it would be now."""
    return [story.count(one, part) for part in _COUNTS]


@register.filter
def excused_then_now(one: FigureThenNow, story: MonthStory) -> CountThenNow:
    """Return how many of a row's broken promises were excused, and how many would be now."""
    return story.excused(one)


@register.filter
def beside_then_now(one: FigureThenNow, story: MonthStory) -> dict[str, CountThenNow]:
    """Return what is in no share of a row, by why: who was promised nothing, who asks no more."""
    found = {part: story.count(one, part) for part in BESIDE}
    return {part: count for part, count in found.items() if count.then or count.now}


@register.filter
def reported_selection_words(selection: ReportedSelection) -> str:
    """Say which clocks a number counted: "first response: late, excused"."""
    metric = str(METRIC_WORDS[selection.metric or "promises"])
    if selection.part:
        facts = {"metric": metric, "outcome": SLICE_WORDS[selection.part]}
        metric = _("%(metric)s: %(outcome)s") % facts
    return ", ".join((metric, _("excused"))) if selection.excused else metric


@register.filter
def place_query(place: FigurePlace) -> str:
    """Return the query by which a page shows what changed of a figure."""
    told = {"metric": place.metric, "queue": place.queue_id, "store": place.store_id}
    return urlencode({name: value for name, value in told.items() if value})


@register.simple_tag
def reason_query(kept: Mapping[str, str], reason: str, after: int | None = None) -> str:
    """Return the query by which a page shows what changed for a reason, of the same figure."""
    more = {"reason": reason, "after": after}
    return urlencode({**kept, **{name: value for name, value in more.items() if value}})


@register.simple_tag
def narrowed_words(kept: Mapping[str, str], story: MonthStory) -> str:
    """Say of which figure a list shows the changes: "Only what changed of: first response, Returns."."""
    metric = METRIC_LABELS.get(kept.get("metric", ""), "")
    figure = story.figure(kept)
    place = figure.name if figure else ""
    return _("Only what changed of: %(metric)s, %(place)s.") % {
        "metric": metric,
        "place": place or _("every queue"),
    }
