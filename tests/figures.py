"""Figures of an empty desk, so that whatever comes then is told from what is not folded yet, or is folded."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from helpdesk.database.instant import database_now
from monitor.models import RollupEdition
from monitor.reports.rollup import rebuild_job
from monitor.reports.rollup.cell_counts import RULES


def begin(zone: str = "UTC") -> RollupEdition:
    """Let figures by the days of a zone be shown, and no others."""
    RollupEdition.objects.all().delete()
    now = database_now()
    return RollupEdition.objects.create(zone=zone, rules=RULES, begun_at=now, complete_at=now)


def fold(*, now: datetime | None = None) -> None:
    """Fold all that has changed."""
    with transaction.atomic():
        while rebuild_job.catch_up(now=now or database_now()):
            pass
