"""Where live tickets stand: one definition for what is counted and what is listed, so that they cannot differ."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.db.models import Q

STANDS: Final[dict[str, Callable[[datetime], Q]]] = {
    "late": lambda now: Q(late_at__lte=now),
    "at_risk": lambda now: Q(risky__covers=now),
    "soon": lambda now: Q(nearly_due__covers=now),
    "unacknowledged": lambda now: Q(unacknowledged_since__isnull=False),
    "waiting": lambda now: Q(waiting_since__isnull=False),
}
"""Where live tickets stand at an instant, each by any of its promises; rules about `Standing`."""
