"""Files of a canned reply, each kept anew for whoever uses it: what they do with theirs is nothing to the next."""

from __future__ import annotations

from datetime import datetime

from django.core.files.storage import default_storage

from helpdesk.attachments.file_keeping import GivenFile, take_in
from helpdesk.models import Agent, Attachment, CannedReply, Store
from helpdesk.pages.ticket.files_to_send import FilesToSend
from helpdesk.refusal import Refused


def copies_of(reply: CannedReply, *, to: Agent, store: Store, now: datetime) -> FilesToSend:
    """Give an agent the files of a canned reply, for what they write; what cannot be read is said.

    Not within a transaction, as `take_in`.
    """
    copied = FilesToSend()
    for file in Attachment.objects.kept().filter(pk__in=reply.files).order_by("pk"):
        with default_storage.open(file.path) as kept:
            given = GivenFile(file.name, kept.read())
        try:
            taken = take_in(given, giver=to, store=store, now=now)
        except Refused as refused:
            copied.refusals.append(str(refused))
        else:
            copied.numbers.append(taken.pk)
            copied.waiting.append(taken)
    return copied
