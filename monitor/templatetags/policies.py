"""Versions of promises and hours on pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import template
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from monitor.models import Calendar, CalendarVersion, Policy, PolicyVersion
from monitor.promises.defaults import BEGINNING
from monitor.promises.draft import CalendarDraft, Draft

register = template.Library()

STATES: Final[Mapping[str, Any]] = {
    "in_force": _("in force"),
    "planned": _("planned"),
    "past": _("past"),
    "unreadable": _("cannot be read: the one before it counts"),
}


@register.filter
def state_words(state: str) -> str:
    """Say the state of a version."""
    return str(STATES[state])


@register.filter
def counts_from_the_beginning(version: PolicyVersion | CalendarVersion) -> bool:
    """Whether it was shipped, and so is in force since before anybody could ask."""
    return version.effective_at <= BEGINNING


@register.filter
def section(one: Policy | Calendar | Draft) -> str:
    """Return the view that lists what is of its kind."""
    return "calendars" if isinstance(one, Calendar | CalendarDraft) else "policies"


@register.filter
def said_of(said: Mapping[str, str], field: BoundField) -> str:
    """Return what is said back of a field; nothing where nothing can be said."""
    return said.get(field.html_name, "")
