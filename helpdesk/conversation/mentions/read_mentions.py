"""What of one's mentions is read: said by oneself, or by opening the ticket (see `readings`)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from helpdesk.models import Agent, Mention

KEPT_FOR: Final = timedelta(days=90)
"""So long one finds again what one has read."""
COUNTED: Final = 99
"""Of more it is only said that there are more."""


def count_unread(agent: Agent) -> int:
    """Return how many an agent has not read, one more than `COUNTED` at most."""
    return Mention.objects.of(agent).unread()[: COUNTED + 1].count()


def mark(agent: Agent, *, number: int, read_at: datetime | None) -> bool:
    """Mark one as read, or as not read after all; False where the agent sees none of that number."""
    there = Mention.objects.of(agent).filter(pk=number)
    return bool(there.filter(read_at=None).update(read_at=read_at) if read_at else there.update(read_at=None))


def mark_all(agent: Agent, *, now: datetime) -> int:
    """Mark all as read; return how many were not."""
    return Mention.objects.of(agent).unread().update(read_at=now)


def forget_oldest(*, now: datetime) -> int:
    """Delete what was read long ago; return how many."""
    return Mention.objects.filter(read_at__lt=now - KEPT_FOR).delete()[0]
