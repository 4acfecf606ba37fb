"""Months and their objectives, in words."""

from __future__ import annotations

from datetime import date

from babel.dates import format_skeleton
from django import template
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from helpdesk.input.cldr_locale import cldr_locale
from monitor.models import METRIC_LABELS, Objective

register = template.Library()


@register.filter
def month_words(month: date) -> str:
    """Name a month: "March 2026"."""
    return format_skeleton("yMMMM", month, locale=cldr_locale(get_language()))


@register.filter
def per_mille(share: int | str | None) -> str:
    """Say tenths of a percent: "93.1 %", or a dash for no share, or where a template looked for one in nothing."""
    if not isinstance(share, int):
        return "–"
    whole, tenth = divmod(share, 10)
    return f"{number_format(f'{whole}.{tenth}' if tenth else str(whole))}\u00a0%"


@register.filter
def place_words(objective: Objective) -> str:
    """Say of what an objective is: "first response, every queue"."""
    facts = {"metric": METRIC_LABELS[objective.metric], "queue": objective.queue or _("every queue")}
    return _("%(metric)s, %(queue)s") % facts
