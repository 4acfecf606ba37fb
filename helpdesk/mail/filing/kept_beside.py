"""What is kept of a mail beside the words of its message."""

from __future__ import annotations

from helpdesk.attachments.message_files import attach
from helpdesk.mail.filing import mail_ids
from helpdesk.mail.filing.mail_markup import keep_markup
from helpdesk.mail.filing.mail_parties import keep_parties
from helpdesk.mail.filing.mail_to_file import MailToFile
from helpdesk.models import Message


def keep_beside(given: MailToFile, *, message: Message) -> None:
    """Keep by which name its mail is known, who stood in its head, what was enclosed, and its HTML."""
    mail_ids.note_id(given.own, message=message)
    keep_parties(given, message=message)
    attach(given.files, to=message)
    keep_markup(given, message=message)
