"""The groups of the queue: by how soon the promise falls due that gives a ticket its place."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.models import Status
from monitor.models import Standing
from monitor.models.standing import SOON

GROUPS: Final = {
    "late": _("Late"),
    "soon": _("Within 15 min"),
    "today": _("Today"),
    "later": _("Later"),
    "customer": _("Waiting for the customer"),
}
"""The groups in their order, and what they are called."""


def group_of(standing: Standing, *, now: datetime) -> str:
    """Return the key of the group by the ticket's turn; today is today in the viewer's zone."""
    turn = standing.turn_at
    if turn is None:
        return without_turn(standing.status)
    if turn <= now:
        return "late"
    if turn <= now + SOON:
        return "soon"
    return "today" if turn < midnight(now) else "later"


def without_turn(status: str) -> str:
    """Return the group of a ticket that has no promise, or none that runs."""
    return "customer" if status == Status.PENDING else "later"


def turns(now: datetime) -> dict[str, Q]:
    """Return which turns belong to which group: each a stretch of the index in which the queue is read."""
    soon = now + SOON
    ends = max(midnight(now), soon)
    return {
        "late": Q(turn_at__lte=now),
        "soon": Q(turn_at__gt=now, turn_at__lte=soon),
        "today": Q(turn_at__gt=soon, turn_at__lt=ends),
        "later": Q(turn_at__gt=soon, turn_at__gte=ends),
    }


def midnight(now: datetime) -> datetime:
    """Return when the day ends in which the viewer is."""
    local = now.astimezone(timezone.get_current_timezone())
    return (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
