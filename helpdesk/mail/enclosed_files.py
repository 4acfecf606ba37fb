"""Files that came in a mail: kept before it is filed, and none holds it up."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.conf import settings

from helpdesk.attachments.file_keeping import FileNotKept, GivenFile, keep, named_only
from helpdesk.attachments.message_files import MOST_FILES
from helpdesk.input.visible_text import storable
from helpdesk.mail.reading.letter import EnclosedFile, Letter
from helpdesk.models import Attachment, LeftOut, Store

logger = logging.getLogger(__name__)

LONGEST_CONTENT_ID: Final = 998
NAMELESS: Final = {"message/rfc822": "mail.eml"}


def keep_enclosed(letter: Letter, *, store: Store, now: datetime) -> list[Attachment]:
    """Keep a letter's files for the message that it becomes; not within a transaction, as `keep`.

    What is too large, beyond what a message may have, or cannot be kept is a row without bytes, unsaved: it stays in
    the mail.
    """
    return [
        _kept(_given(file), store=store, now=now)
        if why is None
        else named_only(_given(file), why=why, store=store, now=now)
        for file, why in _sorted_out(letter)
    ]


def _sorted_out(letter: Letter) -> Iterator[tuple[EnclosedFile, LeftOut | None]]:
    """Yield each file with why it is left out, if it is."""
    number, room = MOST_FILES, settings.FILES_MAX_SIZE
    for file in letter.files:
        if file.size > settings.FILE_MAX_SIZE:
            yield file, LeftOut.TOO_LARGE
        elif number == 0 or file.size > room:
            yield file, LeftOut.TOO_MANY
        else:
            number, room = number - 1, room - file.size
            yield file, None


def _given(file: EnclosedFile) -> GivenFile:
    name = file.name or NAMELESS.get(file.content_type, "")
    content_id = storable(file.content_id)[:LONGEST_CONTENT_ID]
    return GivenFile(name, file.content, content_id=content_id)


def _kept(file: GivenFile, *, store: Store, now: datetime) -> Attachment:
    try:
        return keep(file, store=store, now=now)
    except FileNotKept as failure:
        logger.error("a file of a mail could not be kept: %s", failure.__cause__)
        return named_only(file, why=LeftOut.NOT_KEPT, store=store, now=now)
