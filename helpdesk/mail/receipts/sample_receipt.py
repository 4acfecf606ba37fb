"""What the receipts of a mailbox say, in each language: shown before any leaves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from helpdesk.mail.composing.outgoing_mail import Correspondent, OutgoingMail
from helpdesk.mail.leaving.receipt_content import receipt_as_written
from helpdesk.mail.receipts.receipt_language import receipt_locale
from helpdesk.mail.receipts.receipt_text import opening_of, receipt_text
from helpdesk.models import Mailbox

REFERENCE: Final = "T-7K2M9QX"
ANSWERED_WITHIN: Final = timedelta(hours=4)


def samples(mailbox: Mailbox, *, now: datetime) -> Iterator[OutgoingMail]:
    """Yield a receipt in each language, as it would leave now for somebody who is answered within four hours."""
    for language, _name in settings.LANGUAGES:
        yield _sample(mailbox, language, now=now)


def _sample(mailbox: Mailbox, language: str, *, now: datetime) -> OutgoingMail:
    store = mailbox.store
    locale = receipt_locale(profile=language, words="", mailbox=mailbox.locale, store=store.locale)
    text = receipt_text(
        opening=opening_of(mailbox.receipt_openings, language),
        reference=REFERENCE,
        locale=locale,
        timezone=store.timezone,
        by=now + ANSWERED_WITHIN,
    )
    with override(language):
        subject = _("Where is my order?")
    to = [Correspondent("", "jon@example.com")]
    return receipt_as_written(text, mailbox=mailbox, to=to, subject=subject, language=language, at=now)
