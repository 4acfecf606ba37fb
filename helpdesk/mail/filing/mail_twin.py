"""Whether a mail is the message that has its id: it came by two ways; or a program gave two mails one id."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from helpdesk.mail.filing.mail_to_file import MailToFile
from helpdesk.models import Author, Message

SENT_ANEW: Final = timedelta(minutes=10)
"""Within which a program that sends something again, since it heard no answer, may date it anew."""


def is_the_same(message: Message, given: MailToFile) -> bool:
    """Tell whether a message is this mail, by who wrote it, when, and what: on its way only little is added.

    An id of ours is nobody else's: what comes back under it is what we sent.
    """
    if message.author not in (Author.CUSTOMER, Author.THIRD_PARTY):
        return True
    apart = timedelta() if given.date is None else abs(message.sent_at - given.date)
    if _somebody_else_wrote(message, given) or apart > SENT_ANEW:
        return False
    before, now = _letters(message.body), _letters(given.body)
    return before == now or (not apart and (before in now or now in before))


def _somebody_else_wrote(message: Message, given: MailToFile) -> bool:
    writers = set(message.raw_mails.values_list("sender_key", flat=True))
    return bool(writers) and given.writer.key not in writers


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))
