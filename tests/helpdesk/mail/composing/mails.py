"""Mails to compose, and what a reader that is not ours makes of the bytes."""

from __future__ import annotations

import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses
from typing import Any

from helpdesk.mail.composing.mail_composition import compose
from helpdesk.mail.composing.outgoing_mail import Correspondent, OutgoingMail

PLAIN = OutgoingMail(
    sender=Correspondent("Shop", "help@shop.example"),
    to=[Correspondent("Jon", "jon@home.example")],
    subject="Re: Where is it?",
    text="On its way.",
    language="en",
    sent_at=datetime(2026, 3, 10, 14, 2, tzinfo=UTC),
    message_id="<ours@shop.example>",
)


def mail(**values: Any) -> OutgoingMail:
    return replace(PLAIN, **values)


def read(composed: OutgoingMail) -> EmailMessage:
    """Compose it, and read it as the standard library does."""
    return message_from_bytes(compose(composed), policy=email.policy.default)


def text_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def headers_of(composed: OutgoingMail) -> list[tuple[str, str]]:
    """Return the headers as they stand in the bytes, unfolded, none of them interpreted."""
    found = message_from_bytes(compose(composed), policy=email.policy.compat32)
    return [(name, "".join(str(value).splitlines())) for name, value in found.items()]


def decoded(composed: OutgoingMail, name: str) -> str:
    return str(make_header(decode_header(dict(headers_of(composed))[name])))


def people_of(composed: OutgoingMail, name: str) -> list[tuple[str, str]]:
    found = getaddresses([dict(headers_of(composed)).get(name, "")])
    return [(str(make_header(decode_header(shown))), address) for shown, address in found]
