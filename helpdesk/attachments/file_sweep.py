"""Sweeping: files that are on no message, and will be on none, go with their bytes."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import QuerySet

from helpdesk.models import Attachment, Draft, Message

FILES_ARE_READ: Final = 5_140_261
"""Of an advisory lock: a backup shares it, and meanwhile no file is deleted that its rows may name."""


def let_go(messages: QuerySet[Message]) -> None:
    """Take the files off messages that are forgotten: they have no name from now on, and are swept at once."""
    Attachment.objects.filter(message__in=messages).update(message=None, name="", content_id="")


def delete_drafts(drafts: QuerySet[Draft]) -> None:
    """Delete drafts of what is forgotten; their files have no name from now on, and are swept at once."""
    numbers = list(drafts.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    theirs = Attachment.objects.filter(draft__in=numbers)
    theirs.update(draft=None, agent=None, name="", content_id="")
    Draft.objects.filter(pk__in=numbers).delete()


def sweep(*, now: datetime, limit: int) -> int:
    """Delete files that nothing needs, bytes first, and return how many: fewer than `limit` are all there were.

    Whoever dies in between leaves a row without bytes that nobody can reach; the next sweep finds it.
    """
    with transaction.atomic():
        if not _may_delete():
            return 0
        needless = Attachment.objects.needless(now).order_by("given_at")
        rows = list(needless.select_for_update(skip_locked=True)[:limit])
        for row in rows:
            if row.path:
                default_storage.delete(row.preview_path)
                default_storage.delete(row.path)
        Attachment.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def _may_delete() -> bool:
    """Tell whether no backup is being made, and keep it so until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [FILES_ARE_READ])
        return bool(cursor.fetchone()[0])
