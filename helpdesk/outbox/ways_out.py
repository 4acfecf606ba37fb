"""Ways out: which are down, since when, and when each is probed next."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import structlog
from django.db import models

from helpdesk.database.statement import run
from helpdesk.models import WayOut
from helpdesk.outbox import limits
from helpdesk.outbox.channel import WayOutDown
from helpdesk.outbox.claims import Claim

logger = structlog.get_logger(__name__)


class Obstacle(NamedTuple):
    """A way out that is down, or the whole database, which has no name, and since when."""

    name: str
    down_since: datetime


def of_name(name: str) -> WayOut:
    return WayOut.objects.get_or_create(name=name[:300])[0]


def mark_up(claim: Claim) -> None:
    """Note that somebody answered."""
    was_down = _of(claim).filter(down_since__isnull=False)
    if was_down.update(down_since=None, probe_at=None, last_error=""):
        logger.info("way_out_up", way_out=claim.way_out)


def mark_down(claim: Claim, failure: WayOutDown, *, now: datetime) -> None:
    """Note that nobody answered, and plan the next probe: after as long again as it has been down."""
    way = _of(claim).select_for_update(no_key=True).first()
    if way is None:
        return
    if way.down_since is None:
        logger.warning("way_out_down", way_out=way.name, error=str(failure))
    way.down_since = way.down_since or now
    way.probe_at = _next_probe(way.down_since, failure.not_before, now=now)
    way.last_error = str(failure)[:500]
    way.save()


def _next_probe(down_since: datetime, not_before: datetime | None, *, now: datetime) -> datetime:
    """Return when to probe: within bounds, and no sooner than was asked of us."""
    shortest, longest = limits.PROBES
    probe_at = now + min(max(now - down_since, shortest), longest)
    wish = min(not_before or probe_at, now + limits.LONGEST_WISH)
    return max(probe_at, wish)


def release(claim: Claim, *, now: datetime) -> None:
    """Let somebody else probe, where this attempt has said nothing about the way out."""
    if claim.probes:
        _of(claim).filter(down_since__isnull=False).update(probe_at=now)


def _of(claim: Claim) -> models.QuerySet[WayOut]:
    return WayOut.objects.filter(pk=claim.way_out_id or 0)


def obstacles() -> list[Obstacle]:
    """Return what stands in the way, the oldest first: every page asks, so it is one statement."""
    return [Obstacle._make(row) for row in run(_OBSTACLES, ())]


_OBSTACLES = """
    SELECT name, down_since FROM helpdesk_wayout WHERE down_since IS NOT NULL
     UNION ALL
    SELECT '', held_since FROM helpdesk_databasehome WHERE held_since IS NOT NULL
  ORDER BY down_since, name
"""
