"""What a mail said as HTML, kept with the message that it has become."""

from __future__ import annotations

from helpdesk.mail.filing.mail_to_file import MailToFile
from helpdesk.models import Message, MessageMarkup


def keep_markup(given: MailToFile, *, message: Message) -> None:
    """Keep what can be shown of its HTML, if that is more than its text."""
    if given.letter.markup:
        MessageMarkup.objects.create(message=message, html=given.letter.markup)
