"""A file as an answer: to be saved, and looked into by no browser."""

from __future__ import annotations

import logging
from typing import Final

from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from helpdesk.attachments.preview_picture import DRAWN_AS
from helpdesk.models import Attachment
from helpdesk.refusal import Refused

logger = logging.getLogger(__name__)

NAMELESS: Final = "file"
SHUT: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""What keeps a browser from taking a stranger's bytes for a page, or for part of somebody else's."""


class FileMissing(Refused):
    """There is a row, and the storage has not the bytes: a database that was put back without its files."""

    code = "file-missing"
    status = 404
    sentence = _("The content of this file is not there any more.")


class FileWaits(Refused):
    """A virus scanner is to look into the file first."""

    code = "file-waits"
    status = 503
    sentence = _("This file waits for the virus scanner. Try again soon.")


class FileInfected(Refused):
    """A virus scanner has found something in it."""

    code = "file-infected"
    status = 403
    sentence = _("The virus scanner found “%(found)s” in this file.")


def as_download(file: Attachment) -> HttpResponse:
    """Return a kept file as a download under its own name (RFC 6266), whatever is in it; raises as `content_of`."""
    named = content_disposition_header(as_attachment=True, filename=file.name or NAMELESS)
    headers = {**SHUT, "Content-Disposition": named or "attachment", "Cache-Control": "private, no-cache"}
    return HttpResponse(content_of(file), content_type="application/octet-stream", headers=headers)


def as_picture(file: Attachment) -> HttpResponse:
    """Return a file's preview, to be shown within a page; raises as `content_of`."""
    _refuse_unsafe(file)
    headers = {**SHUT, "Content-Disposition": "inline", "Cache-Control": "private, max-age=3600"}
    return HttpResponse(_read(file.preview_path, file), content_type=DRAWN_AS, headers=headers)


def content_of(file: Attachment) -> bytes:
    """Return the bytes of a kept file for whoever is to have it.

    Raises `FileMissing`, `FileWaits` and `FileInfected`.
    """
    _refuse_unsafe(file)
    return bytes_of(file)


def _refuse_unsafe(file: Attachment) -> None:
    if file.infection:
        raise FileInfected(found=file.infection)
    if file.waits_for_scan:
        raise FileWaits


def bytes_of(file: Attachment) -> bytes:
    """Return the bytes of a kept file, scanned or not; raises `FileMissing`."""
    return _read(file.path, file)


def _read(path: str, file: Attachment) -> bytes:
    try:
        with default_storage.open(path) as kept:
            return bytes(kept.read())
    except FileNotFoundError:
        logger.error("the storage has no %s, of attachment %s", path, file.pk)
        raise FileMissing from None
