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


def as_download(file: Attachment) -> HttpResponse:
    """Return a kept file as a download under its own name (RFC 6266), whatever is in it; raises `FileMissing`."""
    named = content_disposition_header(as_attachment=True, filename=file.name or NAMELESS)
    headers = {**SHUT, "Content-Disposition": named or "attachment", "Cache-Control": "private, no-cache"}
    return HttpResponse(content_of(file), content_type="application/octet-stream", headers=headers)


def as_picture(file: Attachment) -> HttpResponse:
    """Return a file's preview, to be shown within a page; raises `FileMissing`."""
    headers = {**SHUT, "Content-Disposition": "inline", "Cache-Control": "private, max-age=3600"}
    return HttpResponse(_read(file.preview_path, file), content_type=DRAWN_AS, headers=headers)


def content_of(file: Attachment) -> bytes:
    """Return the bytes of a kept file; raises `FileMissing`."""
    return _read(file.path, file)


def _read(path: str, file: Attachment) -> bytes:
    try:
        with default_storage.open(path) as kept:
            return bytes(kept.read())
    except FileNotFoundError:
        logger.error("the storage has no %s, of attachment %s", path, file.pk)
        raise FileMissing from None
