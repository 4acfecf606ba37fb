"""What the helpdesk does by the clock."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime

from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from helpdesk.access import retention
from helpdesk.access.erasing import erased_mails
from helpdesk.attachments import file_sweep, previews, scanning
from helpdesk.conversation import held_replies
from helpdesk.conversation.attention import readings
from helpdesk.conversation.canned import canned_replies
from helpdesk.conversation.drafts import past_drafts
from helpdesk.conversation.mentions import read_mentions
from helpdesk.conversation.team_notes import team_notes
from helpdesk.database.instant import database_now
from helpdesk.jobs import job_turn, past_jobs
from helpdesk.mail import past_mail
from helpdesk.mail.filing import mail_turn
from helpdesk.mail.leaving import reply_outcome
from helpdesk.mail.silences import silence_turn
from helpdesk.mail.spam import sender_blocks
from helpdesk.mail.trouble import troubles
from helpdesk.outbox import outbox, past_deliveries
from helpdesk.search import search_rows
from helpdesk.tickets.custody import claim_ends
from helpdesk.webhooks import fact_delivery

SENDING_SECONDS = 4.0
"""How long one task goes on beginning to send; the last attempt may take another twenty, and a task has thirty."""

SOURCE_BATCH = 500
"""How many things a source puts into the outbox at a time."""

REPLIES_AT_A_TIME = 100
"""How many replies one task tells clocks of; an outage of an hour may hold up hundreds."""

CLAIMS_AT_A_TIME = 100
"""How many claims one task ends; each is a transaction of its own."""

SILENCES_AT_A_TIME = 50
"""How many silent tickets one task looks at; each is a transaction of its own."""

MAIL_SECONDS = 8
"""How long one task goes on reading mail; the mail that is begun last may take a little longer."""

SCANNING_SECONDS = 8
"""How long one task goes on having files scanned; the last one may take some seconds more."""

DRAWING_SECONDS = 8
"""How long one task goes on drawing; the picture that is begun last may take a few seconds."""

FILES_AT_A_TIME = 100
"""How many files one task sweeps; a storage elsewhere may take some time for each."""

JOB_SECONDS = 8
"""How long one task goes on with jobs; the step that is begun last may take a little longer."""

SEARCH_SECONDS = 4
"""How long one task goes on writing by what tickets are found."""

TICKETS_AT_A_TIME = 100
"""How many tickets are made findable in one transaction."""

logger = logging.getLogger(__name__)


@shared_task(name="helpdesk.forget_requests")
def forget_requests() -> None:
    """Delete what has been kept long enough. Safe to run twice, late, or in parallel."""
    now = database_now()
    forgotten = retention.forget_requests(now=now) + retention.forget_guesses(now=now)
    forgotten += past_deliveries.forget(kept_for=settings.DELIVERIES_KEPT_FOR, now=now)
    forgotten += past_jobs.forget(kept_for=settings.JOBS_KEPT_FOR, now=now)
    forgotten += fact_delivery.forget(kept_for=settings.DELIVERIES_KEPT_FOR, now=now)
    forgotten += troubles.forget(kept_for=settings.DELIVERIES_KEPT_FOR, now=now)
    forgotten += past_mail.forget(kept_for=settings.MAIL_KEPT_FOR, now=now)
    forgotten += erased_mails.forget(kept_for=settings.MAIL_KEPT_FOR, now=now)
    forgotten += past_mail.forget_parties(kept_for=settings.MAIL_KEPT_FOR, now=now)
    forgotten += canned_replies.forget_removed(now=now) + team_notes.forget_removed(now=now)
    forgotten += past_drafts.forget(kept_for=settings.DRAFTS_KEPT_FOR, now=now)
    forgotten += readings.forget_oldest(now=now) + read_mentions.forget_oldest(now=now)
    forgotten += sender_blocks.forget(kept_for=past_mail.BLOCKED_KEPT_FOR, now=now)
    if forgotten:
        logger.info(
            "forgot %d requests, guesses, deliveries, jobs, webhook facts, drafts and mails", forgotten
        )


@shared_task(name="helpdesk.deliver", acks_late=False)
def deliver() -> None:
    """Fill the outbox from its sources, and let out what is due. Safe to run twice, late, or in parallel."""
    for source in settings.OUTBOX_SOURCES:
        make_out = import_string(source)
        while make_out(now=database_now(), limit=SOURCE_BATCH) >= SOURCE_BATCH:
            pass
    attempted = outbox.send_due(clock=database_now, seconds=SENDING_SECONDS)
    if attempted:
        logger.info("attempted %d deliveries", attempted)


@shared_task(name="helpdesk.let_replies_go")
def let_replies_go() -> None:
    """Say replies that nobody has taken back in time. Safe to run twice, late, or in parallel."""
    told = held_replies.let_go(now=database_now(), limit=REPLIES_AT_A_TIME)
    if told:
        logger.info("let %d replies go", told)


@shared_task(name="helpdesk.end_claims")
def end_claims() -> None:
    """Let claims on which nothing was done go back to the queue. Safe to run twice, late, or in parallel."""
    if ended := claim_ends.end_due(now=database_now(), limit=CLAIMS_AT_A_TIME):
        logger.info("looked at %d claims whose time was over", ended)


@shared_task(name="helpdesk.heed_silence")
def heed_silence() -> None:
    """Remind customers who say nothing, then resolve. Safe to run twice, late, or in parallel."""
    if heeded := silence_turn.take(now=database_now(), limit=SILENCES_AT_A_TIME):
        logger.info("heeded the silence on %d tickets", heeded)


@shared_task(name="helpdesk.follow_replies")
def follow_replies() -> None:
    """Tell clocks of replies that take long to leave, or never will. Safe to run twice, late, or in parallel."""
    longest = settings.REPLY_DELAYED_AFTER
    told = reply_outcome.follow(longest=longest, now=database_now(), limit=REPLIES_AT_A_TIME)
    if told:
        logger.warning("%d replies take long to leave, or cannot", told)


@shared_task(name="helpdesk.scan_files")
def scan_files() -> None:
    """Have files scanned, where there is a scanner. Safe to run twice, late, or in parallel."""
    if scanned := _go_on(scanning.take, seconds=SCANNING_SECONDS):
        logger.info("had %d files scanned", scanned)


@shared_task(name="helpdesk.draw_previews")
def draw_previews() -> None:
    """Draw pictures anew, to be shown. Safe to run twice, late, or in parallel."""
    if drawn := _go_on(previews.take, seconds=DRAWING_SECONDS):
        logger.info("looked at %d pictures", drawn)


@shared_task(name="helpdesk.sweep_files")
def sweep_files() -> None:
    """Delete files that nothing needs. Safe to run twice, late, or in parallel."""
    swept = file_sweep.sweep(now=database_now(), limit=FILES_AT_A_TIME)
    if swept:
        logger.info("swept %d files", swept)


@shared_task(name="helpdesk.tell_of_mail")
def tell_of_mail() -> None:
    """Have admins told of mail that does not come in or leave. Safe to run twice, late, or in parallel."""
    told = troubles.look(now=database_now())
    if told:
        logger.warning("admins are told of %d troubles with mail", told)


@shared_task(name="helpdesk.jobs")
def go_on_with_jobs() -> None:
    """Carry jobs on, a step of each in turn; where mail waits, one alone. Safe to run twice, late, or in parallel."""
    until = time.monotonic() + JOB_SECONDS
    steps = 0
    while time.monotonic() < until and job_turn.take(now=database_now(), limit=settings.HEARTBEAT_BATCH):
        steps += 1
        if mail_turn.waits(now=database_now()):
            break
    if steps:
        logger.info("went on with jobs by %d steps", steps)


@shared_task(name="helpdesk.write_search_rows")
def write_search_rows() -> None:
    """Make found what tickets say by now. Safe to run twice, late, or in parallel."""
    if written := _go_on(_make_some_findable, seconds=SEARCH_SECONDS):
        logger.debug("made tickets findable in %d steps", written)


def _make_some_findable(*, now: datetime) -> bool:
    with transaction.atomic():
        return search_rows.catch_up(limit=TICKETS_AT_A_TIME) == TICKETS_AT_A_TIME


@shared_task(name="helpdesk.read_mail")
def read_mail() -> None:
    """Read mail that was kept, and file it. Safe to run twice, late, or in parallel."""
    if read := _go_on(mail_turn.take, seconds=MAIL_SECONDS):
        logger.info("read %d mails", read)


def _go_on(take: Callable[..., bool], *, seconds: float) -> int:
    """Take one thing after another, each as of now, for so long or until there is none; return how many."""
    until = time.monotonic() + seconds
    taken = 0
    while time.monotonic() < until and take(now=database_now()):
        taken += 1
    return taken
