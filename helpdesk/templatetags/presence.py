"""When a colleague was last here, in days and months: enough to know whom to wait for, too little to time anybody."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from babel.dates import format_date
from django import template
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from helpdesk.input.cldr_locale import cldr_locale
from helpdesk.models import Agent

register = template.Library()

RECENT: Final = timedelta(days=7)


@register.filter
def last_here(agent: Agent, now: datetime) -> str:
    """Say on which day, of longer ago in which month, an agent last did something here themselves."""
    if agent.here_at is None:
        return _("never here yet")
    zone = timezone.get_current_timezone()
    day, today = agent.here_at.astimezone(zone).date(), now.astimezone(zone).date()
    if day >= today:
        return _("last here today")
    if day == today - timedelta(days=1):
        return _("last here yesterday")
    if day > today - RECENT:
        return _("last here in the last seven days")
    locale = cldr_locale(get_language())
    pattern = locale.datetime_skeletons["yMMMM"].pattern
    return _("last here in %(month)s") % {"month": format_date(day, str(pattern), locale=locale)}
