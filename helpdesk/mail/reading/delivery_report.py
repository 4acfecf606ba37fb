"""What a server reports of a mail that it was to deliver, and which mail that was (RFC 3464)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from helpdesk.input.visible_text import one_line
from helpdesk.mail.reading.encodings.charsets import text_of
from helpdesk.mail.reading.headers import header_block
from helpdesk.mail.reading.headers.header_block import HeaderBlock
from helpdesk.mail.reading.headers.mail_addresses import LONGEST_ADDRESS
from helpdesk.mail.reading.headers.message_ids import id_in, ids_in
from helpdesk.mail.reading.mime_parts import MailPart

MOST_RECIPIENTS = 200
LONGEST_WORDS = 1000
LONGEST_COPY = 64 * 1024
"""In bytes: so much of the returned mail is looked at for its id."""

_STATUSES = {"message/delivery-status", "message/global-delivery-status"}
_COPIES = {
    *("message/rfc822", "message/rfc822-headers", "text/rfc822-headers"),
    *("message/global", "message/global-headers"),
}
STATUS_CODE = re.compile(r"(?<![\w.])([245]\.\d{1,3}\.\d{1,3})(?!\.?\w)")
"""Alone: three numbers of an address of the net (`1.2.3.4`) are none."""

_CODED = re.compile(r"\+([0-9A-F]{2})")


class DeliveryState(StrEnum):
    """What became of a mail on its way to one recipient."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"


_ACTIONS = {
    "failed": DeliveryState.FAILED,
    "delayed": DeliveryState.DELAYED,
    "delivered": DeliveryState.DELIVERED,
    "relayed": DeliveryState.DELIVERED,
    "expanded": DeliveryState.DELIVERED,
}
_CLASSES = {"2": DeliveryState.DELIVERED, "4": DeliveryState.DELAYED, "5": DeliveryState.FAILED}


@dataclass(frozen=True, slots=True)
class ReportedRecipient:
    """An address (empty if it is not said), what became of the mail there, its status (`5.1.1`, or nothing), and why.

    `words` are the server's own, on one line.
    """

    address: str
    state: DeliveryState
    status: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """A report about the mail with this id; the id is empty if the report does not say it."""

    message_id: str
    recipients: tuple[ReportedRecipient, ...]


def structured_report(tree: MailPart) -> DeliveryReport | None:
    """Return what a mail reports in the form that is made for it; None if no such part of it can be read."""
    statuses = (leaf for leaf in tree.leaves() if leaf.kind in _STATUSES)
    recipients = [one for leaf in statuses for one in _recipients(leaf)][:MOST_RECIPIENTS]
    return DeliveryReport(copied_id(tree) or answered_id(tree), tuple(recipients)) if recipients else None


def copied_id(tree: MailPart) -> str:
    """Return the id of the mail that came back, as the copy that is enclosed says it."""
    copies = (leaf.content[:LONGEST_COPY].lstrip() for leaf in tree.leaves() if leaf.kind in _COPIES)
    ids = (id_in(header_block.split(copy, 0, len(copy))[0].raw("message-id")) for copy in copies)
    return next(filter(None, ids), "")


def answered_id(tree: MailPart) -> str:
    """Return the id of the mail that this one answers, as servers say it that enclose no copy."""
    answered = id_in(tree.headers.raw("in-reply-to"))
    return answered or next(reversed(ids_in(tree.headers.every("references"))), "")


def _recipients(leaf: MailPart) -> Iterator[ReportedRecipient]:
    for block in _blocks(leaf.content):
        state = _state(block)
        if state is not None:
            yield ReportedRecipient(_address(block), state, _status(block), _words(block))


def _blocks(content: bytes) -> Iterator[HeaderBlock]:
    """Yield the groups of fields, which empty lines divide."""
    at = 0
    for _ in range(MOST_RECIPIENTS * 2):
        if at >= len(content):
            return
        block, at = header_block.split(content, at, len(content))
        yield block


def _state(block: HeaderBlock) -> DeliveryState | None:
    """Return what the action says, else the class of the status; a block about no recipient has neither."""
    action = block.text("action").lower().partition(" ")[0].strip(";,.")
    return _ACTIONS.get(action) or _CLASSES.get(_status(block)[:1])


def _status(block: HeaderBlock) -> str:
    found = STATUS_CODE.search(block.text("status"))
    return found[1] if found else ""


def _address(block: HeaderBlock) -> str:
    """Return the address that we had sent to, before anybody redirected it.

    Some servers leave it as SMTP carries it (xtext, RFC 3461, 4): `+2B` for a plus, where the other has a plus.
    """
    original, final = (_named_in(block.text(name)) for name in ("original-recipient", "final-recipient"))
    decoded = _CODED.sub(lambda code: chr(int(code[1], 16)), original)
    return final if decoded.lower() == final.lower() else original or final


def _named_in(said: str) -> str:
    address = said.partition(";")[2].strip().strip("<>") or said.strip("<>")
    return address[:LONGEST_ADDRESS] if "@" in address else ""


def _words(block: HeaderBlock) -> str:
    said = text_of(block.raw("diagnostic-code")[:LONGEST_WORDS])
    kind, semicolon, words = said.partition(";")
    return " ".join(one_line(words if semicolon and " " not in kind.strip() else said).split())
