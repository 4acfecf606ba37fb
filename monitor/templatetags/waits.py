"""Waits in words, honest ones too."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date
from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from helpdesk.input.cldr_locale import cldr_locale
from helpdesk.templatetags.times import in_full, in_words
from monitor.clock.metrics import Outcome
from monitor.measure.survival import MoreThan, Never, Percentile
from monitor.models import OUTCOME_LABELS
from monitor.reports.part_words import PART_WORDS
from monitor.reports.response_figures import FirstWait

register = template.Library()


@register.filter
def wait(seconds: Percentile) -> str:
    """Say a wait: "40 min", "more than 2 hr so far", "never (12)", or a dash for nobody's."""
    if seconds is None:
        return "–"
    if isinstance(seconds, Never):
        return _("never (%d)") % seconds.people
    if isinstance(seconds, MoreThan):
        return _("more than %s so far") % in_words(timedelta(seconds=seconds.seconds))
    return in_words(timedelta(seconds=seconds))


@register.filter
def at_most(seconds: Percentile) -> str:
    """Say what a share of people waited: "at most 40 min", "more than 2 hr so far", "in vain (12 …)"."""
    if isinstance(seconds, Never):
        return ngettext(
            "in vain (%d never got an answer)", "in vain (%d never got an answer)", seconds.people
        ) % (seconds.people)
    return (
        wait(seconds) if seconds is None or isinstance(seconds, MoreThan) else _("at most %s") % wait(seconds)
    )


@register.filter
def how_long(one: FirstWait) -> str:
    """Say one person's wait, and that it lasts or ended without an answer."""
    if one.misdated:
        return str(PART_WORDS["misdated"])
    if one.outcome == Outcome.UNANSWERED:
        return str(PART_WORDS["never_answered"])
    words = in_words(timedelta(seconds=one.seconds))
    if not one.outcome:
        return _("%s so far") % words
    return words if one.answered else f"{words} ({OUTCOME_LABELS[one.outcome]})"


@register.filter
def part_words(part: str) -> str:
    """Say what became of those who are in a part of all who asked: "merged"."""
    return str(PART_WORDS[part])


@register.filter
def day_of_month(day: date) -> str:
    """The number of a day, as the viewer's language writes it: "9"."""
    return _localized(day, "d")


@register.filter
def short_day(day: date) -> str:
    """A day without its year: "Mon, Mar 9"."""
    locale = cldr_locale(get_language())
    return _localized(day, str(locale.datetime_skeletons["MMMEd"].pattern))


@register.simple_tag
def days_of(zone: ZoneInfo) -> str:
    """Say whose days are meant: "days by the clock of Europe/Berlin"."""
    return _("days by the clock of %s") % zone.key.replace("_", " ")


@register.simple_tag(takes_context=True)
def for_how_long(context: Context, since: datetime) -> SafeString:
    """Say how long something lasts, as a bare duration: "2 hr 10 min"."""
    words = in_words(context["now"] - since)
    return format_html('<time datetime="{}" title="{}">{}</time>', since.isoformat(), in_full(since), words)


@register.simple_tag
def wait_in_words(since: datetime, now: datetime) -> str:
    """Say how long something lasts in plain text: "2 hr 10 min"."""
    return in_words(now - since)


def _localized(day: date, pattern: str) -> str:
    return format_date(day, pattern, locale=cldr_locale(get_language()))
