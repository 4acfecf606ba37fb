"""Putting files on messages: those that somebody gave before, each on one message alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from helpdesk.attachments.file_keeping import MEBIBYTE
from helpdesk.models import Agent, ApiKey, Attachment, Message
from helpdesk.refusal import Refused

MOST_FILES: Final = 50
"""So many files one message may have."""


class UnknownAttachment(Refused):
    """A file that this giver has not given to this store, or that is on a message already."""

    code = "unknown-attachment"
    place = "/attachments"
    sentence = _(
        "There is no file %(number)s that waits for a message: it was not given, is used, or a day is over."
    )


class FilesTooLarge(Refused):
    """The files of one message are larger together than they may be."""

    code = "files-too-large"
    place = "/attachments"
    sentence = _("The files have %(size)s MiB together; one message may have at most %(limit)s MiB of files.")


class TooManyFiles(Refused):
    """More files than one message may have."""

    code = "too-many-files"
    place = "/attachments"
    sentence = _("One message may have at most %(limit)s files.")


def put_on(message: Message, numbers: Iterable[int], *, giver: Agent | ApiKey) -> list[Attachment]:
    """Put files that were given on a message, within its transaction.

    Raises `UnknownAttachment`, `TooManyFiles` and `FilesTooLarge`: then nothing of the message is to stay.
    """
    wanted = list(dict.fromkeys(numbers))
    if not wanted:
        return []
    if len(wanted) > MOST_FILES:
        raise TooManyFiles(limit=MOST_FILES)
    given = Attachment.objects.given_by(giver).fit_for(message)
    found = given.select_for_update(no_key=True).in_bulk(wanted)
    for number in wanted:
        if number not in found:
            raise UnknownAttachment(number=number)
    files = [found[number] for number in wanted]
    refuse_too_much([*files, *Attachment.objects.filter(enclosed_in=message.pk)])
    attach(files, to=message)
    return files


def refuse_too_much(files: Sequence[Attachment]) -> None:
    """Raise `FilesTooLarge` for more together than goes with one message."""
    size = sum(file.size for file in files)
    if size > settings.FILES_MAX_SIZE:
        raise FilesTooLarge(size=-(-size // MEBIBYTE), limit=settings.FILES_MAX_SIZE // MEBIBYTE)


def attach(files: Sequence[Attachment], *, to: Message) -> None:
    """Let files, kept or named only, be those of a message, and nobody's own any more."""
    for file in files:
        file.message, file.store_id, file.agent, file.api_key, file.draft = to, to.store_id, None, None, None
    Attachment.objects.bulk_create([file for file in files if file.pk is None])
    Attachment.objects.bulk_update(
        [file for file in files if file.kept_at is not None],
        ["message", "store", "agent", "api_key", "draft"],
    )
