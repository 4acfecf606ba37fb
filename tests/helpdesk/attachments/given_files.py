"""Files that are given, and put on messages, as doors do."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from helpdesk.attachments import message_files
from helpdesk.attachments.file_keeping import GivenFile, take_in
from helpdesk.conversation import replies
from helpdesk.models import Agent, Attachment, Message, Ticket
from tests.make import NOW

BILL = GivenFile(name="bill.pdf", content=b"%PDF-1.7 a bill")


def on_the_first_message(ticket: Ticket, file: GivenFile = BILL, *, by: Agent) -> Attachment:
    """Put a file on what opened a ticket."""
    return _put(ticket.messages.earliest("id"), file, by=by)


def on_a_note(ticket: Ticket, file: GivenFile = BILL, *, by: Agent, now: datetime = NOW) -> Attachment:
    with transaction.atomic():
        note = replies.add_note(ticket=ticket, author=by, body="See the file.", now=now)
    return _put(note, file, by=by)


def _put(message: Message, file: GivenFile, *, by: Agent) -> Attachment:
    given = take_in(file, giver=by, store=message.ticket.store, now=NOW)
    with transaction.atomic():
        [put] = message_files.put_on(message, [given.pk], giver=by)
    return put
