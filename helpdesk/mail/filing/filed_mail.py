"""What became of a mail, before it is written down."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk.models import MailOutcome, Message
from helpdesk.models.mail.raw_mail import MailReason


@dataclass(frozen=True, slots=True)
class FiledMail:
    """What became of a mail, why, and the message that it has become or tells of."""

    outcome: MailOutcome
    message: Message | None = None
    reason: MailReason | None = None
    detail: str = ""
