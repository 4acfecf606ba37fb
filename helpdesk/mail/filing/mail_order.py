"""In which order mails that lie here are filed: the first of a conversation opens its ticket."""

from __future__ import annotations

from django.db.models import Q

from helpdesk.mail.filing.mail_ids import names_only_strangers
from helpdesk.mail.filing.sent.sent_filing import QUESTION_WITHIN
from helpdesk.mail.reading.letter import Letter
from helpdesk.models import RawMail


def is_before_the_first(letter: Letter, *, mail: RawMail) -> bool:
    """Tell whether nothing is known of the mails that it names, and one of them may lie here.

    That is one that nobody has looked at yet, or one that waits and was there before: of those that wait for a mail
    that never comes the first goes first.
    """
    if mail.was_sent or mail.arrived_at is not None or letter.automatic is not None:
        return False
    if not names_only_strangers(letter, mail):
        return False
    until = mail.received_at + QUESTION_WITHIN
    here = RawMail.objects.unread().filter(
        store=mail.store_id, was_sent=False, history=None, received_at__lt=until
    )
    return here.filter(Q(rests_until=None) | Q(attempts=0, pk__lt=mail.pk)).exists()
