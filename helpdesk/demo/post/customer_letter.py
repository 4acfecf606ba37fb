"""What a customer of the demo writes: a mail as any other program would send it, by SMTP."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings

from helpdesk.demo.post.customers_mail import ReceivedMail
from helpdesk.demo.post.demo_addresses import CUSTOMER_DOMAIN, HOST, MAILBOX
from helpdesk.mail.composing.address_text import bare_address
from helpdesk.mail.composing.mail_composition import compose, envelope_recipients
from helpdesk.mail.composing.outgoing_mail import Correspondent, OutgoingMail, QuotedMessage, Unsendable
from helpdesk.mail.reading.letter import Letter, read
from helpdesk.models import LineSecurity
from helpdesk.outbox import mail_server
from helpdesk.outbox.mail_server import SmtpServer

_LINE_END: Final = re.compile(rb"\r\n|\r|\n")
LANGUAGE: Final = "en"
MOST_QUOTED: Final = 20_000
"""Characters of the mail that is answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerLetter:
    """Who writes what, and which of their mails they answer; `name` makes it one mail, however often it is sent."""

    name: str
    sender: Correspondent
    subject: str
    text: str
    answers: ReceivedMail | None = None
    automatic: bool = False

    @property
    def message_id(self) -> str:
        """Without brackets."""
        return f"{self.name}@{CUSTOMER_DOMAIN}"


def send(letter: CustomerLetter, *, now: datetime) -> None:
    """Send it to whom it answers, else to the shop; raises `Unsendable`, `AttemptFailed`."""
    mail = _mail(letter, now=now)
    _hand_over(
        compose(mail), sender=bare_address(letter.sender.address), recipients=envelope_recipients(mail)
    )


def send_file(raw: bytes) -> None:
    """Send a mail to the shop as it stands in a file, its lines ended as SMTP ends them.

    Raises `UnreadableMail`, `AttemptFailed`.
    """
    _hand_over(_LINE_END.sub(b"\r\n", raw), sender=_author(read(raw)), recipients=[MAILBOX])


def _author(letter: Letter) -> str:
    """Return whom an envelope can name: nobody, where the mail's author has no address that a server takes."""
    try:
        return bare_address(letter.sender.address)
    except Unsendable:
        return ""


def _mail(letter: CustomerLetter, *, now: datetime) -> OutgoingMail:
    answered = letter.answers.letter if letter.answers else None
    before = [*answered.references, answered.message_id] if answered else []
    return OutgoingMail(
        sender=letter.sender,
        to=[_correspondent(answered)],
        subject=letter.subject,
        text=letter.text,
        language=LANGUAGE,
        sent_at=now,
        message_id=f"<{letter.message_id}>",
        quotes=[_quote(answered)] if answered and not letter.automatic else [],
        in_reply_to=f"<{answered.message_id}>" if answered else "",
        references=[f"<{each}>" for each in before],
        automatic=letter.automatic,
    )


def _correspondent(answered: Letter | None) -> Correspondent:
    if answered is None:
        return Correspondent("", MAILBOX)
    back = answered.reply_to if answered.reply_to.address else answered.sender
    return Correspondent(back.name, back.address)


def _quote(answered: Letter) -> QuotedMessage:
    """Quote the mail as their program would, in a language of its own."""
    on = f"On {answered.date:%d %b %Y at %H:%M}, " if answered.date else ""
    return QuotedMessage(
        f"{on}{answered.sender.name or answered.sender.address} wrote:", answered.text[:MOST_QUOTED]
    )


def _hand_over(raw: bytes, *, sender: str, recipients: Sequence[str]) -> None:
    port, _ = settings.DEMO_MAIL_PORTS
    server = SmtpServer(HOST, port, LineSecurity.NONE)
    mail_server.hand_over(raw, sender=sender, recipients=recipients, server=server)
