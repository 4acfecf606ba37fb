"""When something happened, by what we were told and what we know ourselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.refusal import Refused

CLOCK_DIFFERENCE = timedelta(minutes=5)
"""Clocks differ by so much without a word about it."""

FURTHEST_AHEAD = timedelta(hours=24)
"""A clock in another zone, or set wrong, is ahead by less; what is further ahead is no slip."""

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


class BadMoment(Refused):
    """A time without a zone, or before anybody could have asked anything."""

    code = "bad-time"
    place = "/occurred_at"
    sentence = gettext_lazy("A time needs a zone and must lie after 1970.")


class InTheFuture(Refused):
    """More than 24 hours ahead of our clock (less is taken as now)."""

    code = "in-the-future"
    place = "/occurred_at"
    sentence = gettext_lazy("This time lies more than 24 hours in the future.")


def told(moment: datetime, *, now: datetime, pointer: str | None = None) -> datetime:
    """Return the moment that somebody told us, in UTC and never after now.

    Raises `BadMoment` and `InTheFuture`.
    """
    if moment.tzinfo is None or moment < EARLIEST:
        raise BadMoment(pointer=pointer)
    if moment > now + FURTHEST_AHEAD:
        raise InTheFuture(pointer=pointer)
    return min(moment.astimezone(UTC), now)


class TooFarBack(Refused):
    """An act on a live ticket, dated further back than can be believed: it could unmake what has happened since."""

    code = "too-far-back"
    place = "/occurred_at"
    sentence = gettext_lazy(
        "This time lies more than %(hours)d hours back. Whole conversations of the past are imported."
    )


def told_act(moment: datetime, *, now: datetime, pointer: str | None = None) -> datetime:
    """Return the moment at which somebody did something, by what they say; raises as `told`, and `TooFarBack`."""
    at = told(moment, now=now, pointer=pointer)
    if at < now - _max_act_backdate():
        raise TooFarBack(pointer=pointer, hours=_max_act_backdate() / timedelta(hours=1))
    return at


def _max_act_backdate() -> timedelta:
    return settings.MAX_ACT_BACKDATE


def warnings(moment: datetime | None, *, now: datetime, pointer: str = "/occurred_at") -> list[str]:
    """Say that a moment lies further ahead than clocks differ, and was taken as now."""
    if moment is None or moment <= now + CLOCK_DIFFERENCE:
        return []
    said = _("%(pointer)s lies in the future and was taken as now: your clock is ahead of ours.")
    return [said % {"pointer": pointer}]
