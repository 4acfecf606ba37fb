"""The security log: who did what to doors and rights, from where. Written where it is done, and never edited."""

from __future__ import annotations

from datetime import datetime, timedelta

from helpdesk.models import Agent, SecurityEvent
from helpdesk.models import SecurityEventKind as Kind

KEPT_FOR = timedelta(days=366)
"""A trigger keeps each line for a year."""


def record(kind: Kind, *, actor: Agent | None = None, address: str | None = None, **facts: object) -> None:
    """Add a line, in the transaction of what it tells. Facts are ids and codes, never names, text or secrets."""
    SecurityEvent.objects.create(
        kind=kind, actor_id=None if actor is None else actor.pk, address=address, facts=facts
    )


def forget_oldest(*, now: datetime) -> int:
    """Delete what is over a year old; return how many lines."""
    return SecurityEvent.objects.filter(at__lt=now - KEPT_FOR).delete()[0]
