"""Previews: pictures among the files, drawn anew by a worker, one attempt for each."""

from __future__ import annotations

import logging
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from helpdesk.attachments.file_answer import FileMissing, content_of
from helpdesk.attachments.preview_picture import NoPreview, preview_of
from helpdesk.models import Attachment

logger = logging.getLogger(__name__)


def take(*, now: datetime) -> bool:
    """Draw the picture that has waited longest; False where none waits.

    The attempt is noted before it is made: a picture that kills whoever draws it is left alone after that.
    """
    with transaction.atomic():
        waiting = Attachment.objects.undrawn().order_by("pk")
        file = waiting.select_for_update(skip_locked=True, no_key=True).first()
        if file is None:
            return False
        Attachment.objects.filter(pk=file.pk).update(drawn_at=now)
    try:
        _draw(file)
    except (NoPreview, FileMissing) as reason:
        logger.info("attachment %s has no preview: %s", file.pk, reason)
    return True


def _draw(file: Attachment) -> None:
    """Store its preview, and say that it is there; raises `NoPreview`."""
    picture = preview_of(content_of(file))
    default_storage.delete(file.preview_path)
    default_storage.save(file.preview_path, ContentFile(picture))
    Attachment.objects.filter(pk=file.pk).update(has_preview=True)
