"""Drafts that nobody goes on with: kept for a while, whoever has begun them and whether they are still here."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from helpdesk.conversation.drafts.draft_saving import let_go
from helpdesk.models import Draft


def forget(*, kept_for: timedelta, now: datetime) -> int:
    """Delete what was saved last longer ago, and return how many; their files are swept."""
    with transaction.atomic():
        return let_go(Draft.objects.filter(saved_at__lt=now - kept_for))
