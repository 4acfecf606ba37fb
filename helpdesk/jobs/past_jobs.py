"""Jobs that are over are kept for a while, to look into, and then forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from helpdesk.models import Job


def forget(*, kept_for: timedelta, now: datetime) -> int:
    """Delete those that were asked for so long ago and are over, with what they could not do; return how many."""
    over = Job.objects.filter(asked_at__lt=now - kept_for).exclude(
        pk__in=Job.objects.unfinished().values("pk")
    )
    _, deleted = over.delete()
    return deleted.get("helpdesk.Job", 0)
