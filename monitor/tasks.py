"""What beat and the watch ring for; each task makes one call and says what came of it."""

from __future__ import annotations

import time
from typing import Final

import structlog
from celery import shared_task
from django.conf import settings
from django.db import transaction

from helpdesk.database.instant import database_now
from monitor.opinion.reading import opinion_source, source_turn
from monitor.promises.trial import past_trials
from monitor.reports.objectives import month_closing
from monitor.reports.rollup import rebuild_job
from monitor.watch import ping, sweep, watchmen
from monitor.watch.silence_log import SilenceLog

logger = structlog.get_logger(__name__)

ROLL_UP_SECONDS: Final = 2.0
READING_SECONDS: Final = 5.0
"""How long one task goes on asking; the last answer may take fifteen more, and a task has thirty."""

WATCH = SilenceLog(watchmen.WATCH)


@shared_task(name="monitor.heartbeat")
def heartbeat() -> None:
    """Bring every clock up to date. Safe to run twice, late, or in parallel."""
    now = database_now()
    beat = sweep.heartbeat(now=now, limit=settings.HEARTBEAT_BATCH)
    watchmen.sign(watchmen.HEARTBEAT, now)
    WATCH.look(now)
    if beat.relayed or beat.flagged:
        logger.info("heartbeat", relayed=beat.relayed, flagged=beat.flagged)


@shared_task(name="monitor.ring")
def ring() -> None:
    """Flag what is due this moment; the watch rings for it."""
    now = database_now()
    flagged = sweep.sweep(now=now, limit=settings.HEARTBEAT_BATCH, noticed_by="worker")
    if flagged:
        logger.info("flagged", count=flagged)


@shared_task(name="monitor.roll_up")
def roll_up() -> None:
    """Bring the figures up to date. Safe to run twice, late, or in parallel.

    What is marked while it folds is left to the next ring: to fold a few costs nearly what folding many does.
    """
    until = time.monotonic() + ROLL_UP_SECONDS
    folded = some = _roll_some_up()
    while some == rebuild_job.MARKS_AT_A_TIME and time.monotonic() < until:
        folded += (some := _roll_some_up())
    if folded:
        logger.debug("rolled up", marks=folded)


def _roll_some_up() -> int:
    with transaction.atomic():
        return rebuild_job.catch_up(now=database_now())


@shared_task(name="monitor.close_months")
def close_months() -> None:
    """Close months that can be, and say beside closed ones what would be counted now. Safe to run twice or late."""
    now = database_now()
    with transaction.atomic():
        closed = month_closing.close_due(now=now)
    with transaction.atomic():
        month_closing.look_again(now=now)
    if closed:
        logger.info("months closed", count=closed)


@shared_task(name="monitor.forget_trials")
def forget_trials() -> None:
    """Forget which tickets old dry runs counted. Safe to run twice, late, or in parallel."""
    if forgotten := past_trials.forget(kept_for=settings.TRIALS_KEPT_FOR, now=database_now()):
        logger.info("forgot tickets of dry runs", count=forgotten)


@shared_task(name="monitor.read_opinions")
def read_opinions() -> None:
    """Read from other helpdesks' APIs what is asked for of them. Safe to run twice, late, or in parallel."""
    opinion_source.forget_called_off(now=database_now())
    until = time.monotonic() + READING_SECONDS
    while time.monotonic() < until and (source := source_turn.take(now=database_now())):
        logger.info("read on", opinion=source.pk, account=source.account)


@shared_task(name="monitor.ping")
def ping_elsewhere() -> None:
    """Tell whoever watches us from elsewhere that all is well."""
    if settings.PING_URL:
        ping.ping(settings.PING_URL, now=database_now())
