"""The dead man's switch: an address elsewhere hears from us as long as all is well."""

from __future__ import annotations

from datetime import datetime

from helpdesk.outbox import limits, public_http
from monitor.watch import watchmen


def ping(url: str, *, now: datetime) -> bool:
    """Fetch the address if the last sweep is fresh and nothing is overdue; return whether it was.

    Silence is the message: whoever hears nothing for a while raises the alarm. However the other side drips, it
    takes no longer than an attempt of the outbox. Raises `public_http.NotReached` and `NoAnswer`.
    """
    healthy = watchmen.HEARTBEAT not in watchmen.silent(now) and watchmen.overdue_since(now) is None
    if healthy:
        public_http.get(url, seconds=limits.DEADLINE)
    return healthy
