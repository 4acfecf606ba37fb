"""Messages that change their ticket, with all that hangs on them by its ticket's number."""

from __future__ import annotations

from collections.abc import Collection

from helpdesk.models import Draft, Inquiry, MailId, Message, Ticket


def move(message_ids: Collection[int], *, to: Ticket) -> None:
    """Let these messages stand on another ticket, and what answers their mails come there.

    Files, parties, originals and how far a mail has come hang on the message alone, and need nothing. A question to
    somebody outside goes along with its letter; what was enclosed in it stays where it was said. What is being written
    to a third party goes along with what they wrote.
    """
    Message.objects.filter(pk__in=message_ids).update(ticket=to)
    MailId.objects.filter(message__in=message_ids).update(ticket=to)
    Draft.objects.filter(answers__in=message_ids).update(ticket=to)
    Inquiry.objects.filter(letter__in=message_ids).update(ticket=to)
