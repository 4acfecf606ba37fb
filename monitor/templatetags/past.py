"""Moments that are over, in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django import template
from django.utils.safestring import SafeString

from helpdesk.templatetags.times import instant_words, on_the_clock

register = template.Library()


@register.simple_tag
def look_back(now: datetime) -> str:
    """Return what an address says of the moment an hour ago, on the quarter before it, to begin with."""
    before = now - timedelta(hours=1)
    quarter = before.replace(minute=before.minute // 15 * 15, second=0, microsecond=0)
    return f"at={quarter.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"


@register.simple_tag
def past_moment(at: datetime, latest: datetime) -> SafeString:
    """Say a moment that is over as somebody reads it at the latest one: "Nov 3, 14:02", "14:02" for today's."""
    return instant_words(at, on_the_clock(at, latest))
