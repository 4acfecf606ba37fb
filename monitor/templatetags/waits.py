"""Waits in words, honest ones too."""

from __future__ import annotations

from datetime import timedelta

from django import template
from django.utils.translation import gettext as _

from helpdesk.templatetags.times import in_words
from monitor.measure.survival import MoreThan

register = template.Library()


@register.filter
def wait(seconds: float | MoreThan | None) -> str:
    """Say a wait: "40 min", "more than 2 hr so far", or a dash for nobody's."""
    if seconds is None:
        return "–"
    if isinstance(seconds, MoreThan):
        return _("more than %s so far") % in_words(timedelta(seconds=seconds.seconds))
    return in_words(timedelta(seconds=seconds))
