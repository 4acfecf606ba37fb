"""What the helpdesk does by the clock."""

from __future__ import annotations

import logging

from celery import shared_task

from helpdesk.access import retention
from helpdesk.database.instant import database_now

logger = logging.getLogger(__name__)


@shared_task(name="helpdesk.forget_requests")
def forget_requests() -> None:
    """Delete requests that have been kept long enough. Safe to run twice, late, or in parallel."""
    forgotten = retention.forget_requests(now=database_now())
    if forgotten:
        logger.info("forgot %d requests", forgotten)
