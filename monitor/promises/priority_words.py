"""Priorities in words: those of which one thing is said."""

from __future__ import annotations

from collections.abc import Iterable

from babel.lists import format_list
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from helpdesk.input.cldr_locale import cldr_locale
from helpdesk.models import Priority


def priority_words(priorities: Iterable[str]) -> str:
    """Name them in the order given: "urgent", "urgent and high", "all priorities"."""
    named = dict.fromkeys(priorities)
    if named.keys() == set(Priority.values):
        return _("all priorities")
    return format_list([str(Priority(one).label) for one in named], locale=cldr_locale(get_language()))
