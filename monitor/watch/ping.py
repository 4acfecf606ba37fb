"""The dead man's switch: an address elsewhere hears from us as long as all is well."""

from __future__ import annotations

from datetime import datetime

import urllib3

from monitor.watch import watchmen

TIMEOUT = urllib3.Timeout(connect=3, read=5)


def ping(url: str, *, now: datetime) -> bool:
    """Fetch the address if the last sweep is fresh and nothing is overdue; return whether it was.

    Silence is the message: whoever hears nothing for a while raises the alarm. Raises what the network raises.
    """
    healthy = watchmen.HEARTBEAT not in watchmen.silent(now) and watchmen.overdue_since(now) is None
    if healthy:
        urllib3.request("GET", url, timeout=TIMEOUT, retries=False)
    return healthy
