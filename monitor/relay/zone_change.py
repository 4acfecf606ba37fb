"""What other zone data asks for: that every clock is counted again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from monitor.models import Clock, ZoneRelease
from monitor.relay import recount_job
from monitor.relay.zone_data import zone_data


def heed(*, now: datetime) -> bool:
    """Note which zone data is installed, and have everything recounted where clocks were counted by other data.

    Safe to repeat. Returns whether it was news.
    """
    release, newest = zone_data(), ZoneRelease.objects.order_by("-pk").first()
    if newest is not None and newest.release == release:
        return False
    with transaction.atomic():
        ZoneRelease.objects.create(release=release, since=now)
        if Clock.objects.exists():
            recount_job.ask(now=now, everything=True)
    return True
