"""When something happened, by what we were told and what we know ourselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from helpdesk.refusal import Refused

CLOCK_DIFFERENCE = timedelta(minutes=5)
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


class BadMoment(Refused):
    """A time without a zone, or before anybody could have asked anything."""

    code = "bad-time"
    place = "/occurred_at"
    sentence = _("A time needs a zone and must lie after 1970.")


class InTheFuture(Refused):
    """More than five minutes ahead of our clock (less is taken as now)."""

    code = "in-the-future"
    place = "/occurred_at"
    sentence = _("This time lies more than five minutes in the future.")


def told(moment: datetime, *, now: datetime, pointer: str | None = None) -> datetime:
    """Return the moment that somebody told us, in UTC and never after now.

    Raises `BadMoment` and `InTheFuture`.
    """
    if moment.tzinfo is None or moment < EARLIEST:
        raise BadMoment(pointer=pointer)
    if moment > now + CLOCK_DIFFERENCE:
        raise InTheFuture(pointer=pointer)
    return min(moment.astimezone(UTC), now)
