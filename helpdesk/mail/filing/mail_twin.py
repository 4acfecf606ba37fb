"""Whether a mail is the message that has its id: it came by two ways; or a program gave two mails one id."""

from __future__ import annotations

from helpdesk.mail.filing.mail_to_file import MailToFile
from helpdesk.models import Author, Message


def is_the_same(message: Message, given: MailToFile) -> bool:
    """Tell whether a message is this mail, by who wrote it, when, and what: on its way only little is added.

    An id of ours is nobody else's: what comes back under it is what we sent.
    """
    if message.author not in (Author.CUSTOMER, Author.THIRD_PARTY):
        return True
    if _somebody_else_wrote(message, given) or _was_written_then(message, given) is False:
        return False
    before, now = _letters(message.body), _letters(given.body)
    return before in now or now in before


def _somebody_else_wrote(message: Message, given: MailToFile) -> bool:
    writers = set(message.raw_mails.values_list("sender_key", flat=True))
    return bool(writers) and given.writer.key not in writers


def _was_written_then(message: Message, given: MailToFile) -> bool | None:
    """Tell whether they have one date; None where the mail has none that can be believed."""
    return None if given.date is None else message.sent_at == given.date


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))
