"""Keeping a file: a row that names it, then its bytes, then the word that they are all there."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, Self

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext_lazy as _

from helpdesk.attachments.content_type import content_type_of
from helpdesk.attachments.file_name import kept_name
from helpdesk.models import Agent, ApiKey, Attachment, LeftOut, Store
from helpdesk.refusal import Refused

MEBIBYTE: Final = 1024 * 1024


class FileTooLarge(Refused):
    """A file is larger than one may be."""

    code = "file-too-large"
    status = 413
    sentence = _("“%(name)s” is too large: a file may have at most %(limit)s MiB.")

    @classmethod
    def of(cls, name: str) -> Self:
        return cls(name=name, limit=settings.FILE_MAX_SIZE // MEBIBYTE)


class FileEmpty(Refused):
    """A file in which there is nothing."""

    code = "file-empty"
    sentence = _("There is nothing in “%(name)s”.")


class FileNotKept(Refused):
    """The storage would not take a file; the cause says why."""

    code = "file-not-kept"
    status = 503
    sentence = _(
        "The file could not be kept. Try again later; whoever runs Attend finds the reason in its log."
    )


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file as somebody gives it: what it is called is theirs to say, what it is shows in its content."""

    name: str
    content: bytes = field(repr=False)
    content_id: str = ""

    @property
    def digest(self) -> bytes:
        return sha256(self.content).digest()

    def facts(self) -> Mapping[str, Any]:
        """Return the columns that it fills."""
        name = kept_name(self.name)
        return {
            "name": name,
            "content_type": content_type_of(self.content, name=name),
            "size": len(self.content),
            "digest": self.digest,
            "content_id": self.content_id,
        }


def take_in(file: GivenFile, *, giver: Agent | ApiKey, store: Store | None, now: datetime) -> Attachment:
    """Keep a file that somebody gives for a message to come, of a store if that is known.

    Not within a transaction: the row has to be there before its bytes are. Raises `FileEmpty`, `FileTooLarge` and
    `FileNotKept`.
    """
    if not file.content:
        raise FileEmpty(name=kept_name(file.name))
    if len(file.content) > settings.FILE_MAX_SIZE:
        raise FileTooLarge.of(kept_name(file.name))
    whose = {"agent" if isinstance(giver, Agent) else "api_key": giver}
    return keep(file, store=store, now=now, **whose)


def keep(file: GivenFile, *, store: Store | None, now: datetime, **whose: Agent | ApiKey) -> Attachment:
    """Keep a file, on no message yet. Whoever dies halfway leaves a row that is swept with what is there of its bytes.

    Not within a transaction, as above. Raises `FileNotKept`.
    """
    path = _new_path()
    row = Attachment.objects.create(store=store, path=path, given_at=now, **whose, **file.facts())
    _store(path, file.content)
    row.kept_at = now
    row.save(update_fields=["kept_at"])
    return row


def _store(path: str, content: bytes) -> None:
    try:
        default_storage.save(path, ContentFile(content))
    except Exception as failure:  # whatever storage it is, it fails in its own way
        raise FileNotKept from failure


def _new_path() -> str:
    """Return a name that nobody can guess and that says nothing, in one of 256 folders."""
    token = secrets.token_hex(16)
    return f"{token[:2]}/{token}"


def named_only(file: GivenFile, *, why: LeftOut, store: Store, now: datetime) -> Attachment:
    """Return a row, unsaved, for a file that stays where it came from."""
    return Attachment(store=store, given_at=now, left_out=why, **file.facts())
