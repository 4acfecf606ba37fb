"""Files on messages beside the database: into a backup, and out of it."""

from __future__ import annotations

import logging
import re
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection

from helpdesk.attachments.file_sweep import FILES_ARE_READ

logger = logging.getLogger(__name__)

FOLDER: Final = "files/"
_PATH: Final = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}(?:-preview)?")
"""What a file of ours is called: no other name in an archive leads anywhere."""

_PATHS: Final = """
    SELECT path FROM helpdesk_attachment WHERE kept_at IS NOT NULL
    UNION ALL SELECT path || '-preview' FROM helpdesk_attachment WHERE has_preview
"""


@contextmanager
def none_swept() -> Iterator[None]:
    """Keep sweeps from deleting files meanwhile; waits for one that is at work."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock_shared(%s)", [FILES_ARE_READ])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock_shared(%s)", [FILES_ARE_READ])


def named_in_database() -> list[str]:
    """Return the paths that rows name; none of a database from before there were files."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.helpdesk_attachment') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return []
        cursor.execute(_PATHS)
        return [path for (path,) in cursor.fetchall()]


def pack(paths: Iterable[str], archive: tarfile.TarFile) -> None:
    """Add files to an archive, one after the other; one that is gone is named in the log, and left out."""
    for path in paths:
        try:
            with default_storage.open(path) as kept:
                member = tarfile.TarInfo(FOLDER + path)
                member.size, member.mode = kept.size, 0o600
                archive.addfile(member, kept)
        except FileNotFoundError:
            logger.warning("the storage has no %s: the backup goes without it", path)


def unpack(archive: tarfile.TarFile) -> list[str]:
    """Put the files of an archive that are not there into the storage, and return which they were."""
    put = []
    for member in archive:
        path = member.name.removeprefix(FOLDER)
        content = archive.extractfile(member) if member.isreg() and _PATH.fullmatch(path) else None
        if content is not None and not default_storage.exists(path):
            default_storage.save(path, File(content))
            put.append(path)
    return put


def remove(paths: Iterable[str]) -> None:
    for path in paths:
        default_storage.delete(path)
