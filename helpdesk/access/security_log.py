"""The security log: who did what to doors and rights, from where. Written where it is done, and never edited."""

from __future__ import annotations

import os
import pwd
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from helpdesk.models import Agent, SecurityEvent
from helpdesk.models import SecurityEventKind as Kind

KEPT_FOR = timedelta(days=366)
"""A trigger keeps each line for a year."""


def record(kind: Kind, *, actor: Agent | None = None, address: str | None = None, **facts: object) -> None:
    """Add a line, in the transaction of what it tells. Facts are ids and codes, never names, text or secrets."""
    SecurityEvent.objects.create(
        kind=kind, actor_id=None if actor is None else actor.pk, address=address, facts=facts
    )


def record_on_server(kind: Kind, *, what: str, **facts: Any) -> None:
    """Add a line about what somebody did at the server by a command, with the login of theirs there.

    In a database that is yet to be migrated to where there is a log, nothing is added.
    """
    if SecurityEvent._meta.db_table in connection.introspection.table_names():  # noqa: SLF001  # documented
        record(kind, what=what, user=_server_login(), **facts)


def _server_login() -> str:
    """Return as whom the operating system runs this process; by number where it knows no name for it."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def forget_oldest(*, now: datetime) -> int:
    """Delete what is over a year old; return how many lines."""
    return SecurityEvent.objects.filter(at__lt=now - KEPT_FOR).delete()[0]
