"""From a mail as a value to the bytes that a server takes.

Every line of the head is written here, and none by what strangers wrote. The standard library makes the parts; its
own headers are not used, for what it folds and encodes differs from one release to the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256

from helpdesk.mail.composing.address_text import address_list, bare_address
from helpdesk.mail.composing.file_parts import sendable_name, sendable_type
from helpdesk.mail.composing.header_text import unstructured
from helpdesk.mail.composing.mail_body import html_body, plain_body
from helpdesk.mail.composing.outgoing_mail import Correspondent, OutgoingMail
from helpdesk.mail.composing.thread_headers import bounded_references, sendable_ids

_POLICY = SMTP.clone(cte_type="7bit")


def compose(mail: OutgoingMail) -> bytes:
    """Return the whole mail, with lines that end in CRLF and have at most 998 octets, all of them ASCII.

    The same value gives the same bytes. Raises `Unsendable` for an address that no mail can be sent to.
    """
    head = "".join(f"{name}: {value}\r\n" for name, value in _head(mail) if value)
    return head.encode("ascii") + _content(mail).as_bytes()


def _head(mail: OutgoingMail) -> Iterator[tuple[str, str]]:
    """Yield the headers in their order; those with nothing to say are left out."""
    answered = sendable_ids([mail.in_reply_to])
    yield "From", address_list([mail.sender])
    yield "To", address_list(mail.to)
    yield "Cc", address_list(mail.cc)
    yield "Reply-To", address_list([Correspondent(mail.sender.name, mail.reply_to)] if mail.reply_to else [])
    yield "Subject", unstructured(mail.subject)
    yield "Date", format_datetime(mail.sent_at)
    yield "Message-ID", "".join(sendable_ids([mail.message_id]))
    yield "In-Reply-To", "".join(answered)
    yield "References", "\r\n ".join(bounded_references(mail.references, in_reply_to=mail.in_reply_to))
    if mail.automatic:
        yield "Auto-Submitted", "auto-replied" if answered else "auto-generated"
        yield "X-Auto-Response-Suppress", "All"


def _content(mail: OutgoingMail) -> EmailMessage:
    content = EmailMessage(policy=_POLICY)
    content.set_content(plain_body(mail))
    content.add_alternative(html_body(mail), subtype="html")
    for file in mail.files:
        main, sub = sendable_type(file)
        content.add_attachment(file.content, maintype=main, subtype=sub, filename=sendable_name(file))
    for depth, part in enumerate(part for part in content.walk() if part.is_multipart()):
        part.set_boundary(f"=_{depth}_{sha256(mail.message_id.encode()).hexdigest()[:32]}")
    return content


def envelope_recipients(mail: OutgoingMail) -> list[str]:
    """Return to whom the server is to hand it, each once. Raises `Unsendable`."""
    return list(dict.fromkeys(bare_address(person.address) for person in (*mail.to, *mail.cc)))
