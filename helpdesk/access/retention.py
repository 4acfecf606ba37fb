"""What is kept for a while only."""

from __future__ import annotations

from datetime import datetime, timedelta

from helpdesk.access import guesses, security_log
from helpdesk.models import IdempotentRequest, RefusedRequest

ANSWERS_KEPT_FOR = timedelta(hours=24)
REFUSALS_KEPT_FOR = timedelta(days=30)


def forget_requests(*, now: datetime) -> int:
    """Delete stored answers after 24 hours and refused requests after 30 days; return how many."""
    answers, _ = IdempotentRequest.objects.filter(created_at__lt=now - ANSWERS_KEPT_FOR).delete()
    refusals, _ = RefusedRequest.objects.filter(at__lt=now - REFUSALS_KEPT_FOR).delete()
    return answers + refusals


def forget_guesses(*, now: datetime) -> int:
    """Delete counts of guesses after a day, and lines of the security log after a year; return how many."""
    return guesses.forget_oldest(now=now) + security_log.forget_oldest(now=now)
