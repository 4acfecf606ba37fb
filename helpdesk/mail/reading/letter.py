"""A mail as we understand it: the one way in to this room."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from helpdesk.input.visible_text import calm, is_visible
from helpdesk.mail.markup.safe_html import safe_html
from helpdesk.mail.reading import body_text
from helpdesk.mail.reading.automatic import Automatic, why_automatic
from helpdesk.mail.reading.bounce_text import report_in_words
from helpdesk.mail.reading.delivery_report import DeliveryReport, structured_report
from helpdesk.mail.reading.headers import mail_addresses, mail_dates, message_ids
from helpdesk.mail.reading.headers.header_block import HeaderBlock
from helpdesk.mail.reading.headers.mail_addresses import MailAddress
from helpdesk.mail.reading.mime_parts import MailPart, tree_of

LONGEST_SUBJECT = 1000
LONGEST_FILENAME = 200


class UnreadableMail(ValueError):
    """The bytes are no mail; `str()` says why, in English."""


@dataclass(frozen=True, slots=True)
class EnclosedFile:
    """A file in a mail: its name (may be empty), its type as the mail says it, and what is in it."""

    name: str
    content_type: str
    content_id: str
    content: bytes = field(repr=False)

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.content)


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says of itself and to us; nothing in it is to be trusted.

    Ids are without brackets; no value of a header has a CR, LF or NUL in it. `date` is in UTC: none if it is missing,
    cannot be read or lies before 1970; one in the future is kept, and whoever files the mail decides by their `now`.
    `passed_on_at` is when the last server that tells so took it.
    `text` is never HTML; `html` is as it was sent, `markup` what can be shown of it, harmless; empty where it shows no
    more than the text. `automatic` says why no person wrote it, None that a person did.
    """

    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    subject: str
    sender: MailAddress
    reply_to: MailAddress
    original_from: MailAddress
    to: tuple[MailAddress, ...]
    cc: tuple[MailAddress, ...]
    date: datetime | None
    passed_on_at: datetime | None
    text: str
    html: str
    markup: str
    automatic: Automatic | None
    report: DeliveryReport | None
    files: tuple[EnclosedFile, ...]


def read(raw: bytes) -> Letter:
    """Read a mail, however broken; what cannot be understood is left out or kept as text.

    Raises `UnreadableMail` where there is nothing to read: no bytes, or neither a header nor a visible sign.
    """
    tree = tree_of(raw)
    why = why_automatic(tree.headers)
    text, html = calm(body_text.text_in(tree)), body_text.html_in(tree)
    if not tree.headers.fields and not is_visible(text):
        raise UnreadableMail("There is neither a header nor a word in it." if raw else "It is empty.")
    return Letter(
        **_head(tree.headers),
        text=text,
        html=html,
        markup=safe_html(html),
        automatic=why,
        report=(structured_report(tree) or report_in_words(tree, text)) if why == Automatic.BOUNCE else None,
        files=tuple(_file(leaf) for leaf in tree.leaves() if body_text.is_file(leaf)),
    )


def _head(headers: HeaderBlock) -> dict[str, Any]:
    return {
        "message_id": message_ids.id_in(headers.raw("message-id")),
        "in_reply_to": message_ids.id_in(headers.raw("in-reply-to")),
        "references": message_ids.ids_in(headers.every("references")),
        "subject": headers.text("subject")[:LONGEST_SUBJECT],
        "sender": _sender(headers),
        "reply_to": mail_addresses.address_in(headers.raw("reply-to")),
        "original_from": mail_addresses.address_in(headers.raw("x-original-from")),
        "to": mail_addresses.addresses_in(headers.every("to")),
        "cc": mail_addresses.addresses_in(headers.every("cc")),
        "date": mail_dates.instant_of(headers.text("date")),
        "passed_on_at": mail_dates.passed_on_at(headers.raw("received")),
    }


def _sender(headers: HeaderBlock) -> MailAddress:
    """Return the author; the sender's secretary only where no author has an address."""
    author = mail_addresses.address_in(headers.raw("from"))
    secretary = mail_addresses.address_in(headers.raw("sender"))
    return secretary if secretary.address and not author.address else author


def _file(leaf: MailPart) -> EnclosedFile:
    return EnclosedFile(
        name=leaf.filename[:LONGEST_FILENAME],
        content_type=leaf.kind,
        content_id=message_ids.id_in(leaf.headers.raw("content-id")),
        content=leaf.content,
    )
