"""Files wait for the virus scanner, where there is one, and are held until it has looked into them."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F

from helpdesk.attachments.file_answer import FileMissing, bytes_of
from helpdesk.attachments.virus_scanner import ScannerSilent, found_in
from helpdesk.input.visible_text import one_line, storable
from helpdesk.models import Attachment

logger = logging.getLogger(__name__)

LEASE: Final = timedelta(seconds=60)
"""Longer than a task may run: a file whose scan broke off is taken up after that."""

REST: Final = timedelta(seconds=10)
LONGEST_FINDING: Final = 200


def take(*, now: datetime) -> bool:
    """Have a file scanned, what was never tried before all else.

    False where none is ready, or the scanner gives no verdict.
    """
    file = _claim(now=now) if settings.CLAMD else None
    if file is None:
        return False
    try:
        found = found_in(bytes_of(file), address=settings.CLAMD)
    except (ScannerSilent, FileMissing) as failure:
        logger.warning("attachment %s could not be scanned: %s", file.pk, failure)
        Attachment.objects.filter(pk=file.pk).update(scan_rests_until=now + REST)
        return isinstance(failure, FileMissing)  # which says nothing of the next
    if found:
        logger.warning("attachment %s is infected: %s", file.pk, found)
    finding = one_line(storable(found))[:LONGEST_FINDING]
    Attachment.objects.filter(pk=file.pk).update(scanned_at=now, infection=finding)
    return True


def _claim(*, now: datetime) -> Attachment | None:
    with transaction.atomic():
        never_tried_first = F("scan_rests_until").asc(nulls_first=True)
        ready = Attachment.objects.unscanned(now).order_by(never_tried_first, "pk")
        file = ready.select_for_update(skip_locked=True, no_key=True).first()
        if file is not None:
            Attachment.objects.filter(pk=file.pk).update(scan_rests_until=now + LEASE)
        return file
