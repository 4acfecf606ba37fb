"""What servers report in words alone: qmail, Exim, Exchange, GMX and others that write to people, not to machines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from helpdesk.input.visible_text import one_line
from helpdesk.mail.reading.delivery_report import (
    LONGEST_WORDS,
    MOST_RECIPIENTS,
    STATUS_CODE,
    DeliveryReport,
    DeliveryState,
    ReportedRecipient,
    answered_id,
    copied_id,
)
from helpdesk.mail.reading.headers.mail_addresses import addresses_in
from helpdesk.mail.reading.headers.message_ids import id_in
from helpdesk.mail.reading.mime_parts import MailPart

LONGEST_TOLD = 20_000
"""In characters: no server says more before it gives the mail back."""

_COPY = re.compile(
    r"^[ \t]*(-{2,}[ \t]*(below this line|this is a copy|here is a copy|original (mail|message)|returned (mail|message)"
    r"|the headers? of the original|unsent message|message headers?|ursprüngliche nachricht|message d'origine)"
    r"|return-path:|received: from|original message headers:|message header follows)",
    re.IGNORECASE | re.MULTILINE,
)
_ID = re.compile(r"^[ \t]*message-id:[ \t]*(<[^<>\s]{1,900}>)", re.IGNORECASE | re.MULTILINE)
_BEGINS_WITH_ADDRESS = re.compile(
    r"[ \t>*-]{0,20}(?:to:?[ \t]+)?[<\"']?(?:mailto:)?"
    r"([^\s@<>\"',;:()\[\]]{1,64}@[^\s@<>\"',;:()\[\]]{1,190})[>\"']?(?P<after>.*)",
    re.IGNORECASE,
)
_DELAYED = re.compile(
    r"warning: (could not send|message)|(message|mail|delivery)( has been| was| is)? delayed|still being retried"
    r"|(not|n't) yet been delivered|will (be retried|retry|keep trying|continue (to try|trying)|try again)"
    r"|(not|n't) need to (resend|retry)|delivery attempts will continue|noch nicht zugestellt|verzögert|retardée?\b",
    re.IGNORECASE,
)
_GIVEN_UP = re.compile(
    r"permanent|g(iven|iving|ave) up|not going to try again|too long|dauerhaft", re.IGNORECASE
)


def report_in_words(tree: MailPart, text: str) -> DeliveryReport | None:
    """Return what a bounce says in its text; None if it says neither who nor which mail.

    It is final unless it says that the server goes on trying: a report that is not understood must be seen.
    """
    told = _told(text)
    message_id = copied_id(tree) or _id_in(text) or answered_id(tree)
    recipients = tuple(_recipients(tree, told, _state(tree.headers.text("subject"), told)))
    return DeliveryReport(message_id, recipients) if message_id or recipients[0].address else None


def _told(text: str) -> str:
    """Return what the server says itself, before the mail that it gives back."""
    beginning = text[:LONGEST_TOLD]
    copy = _COPY.search(beginning)
    return beginning[: copy.start()] if copy else beginning


def _id_in(text: str) -> str:
    found = _ID.search(text)
    return id_in(found[1].encode()) if found else ""


def _state(subject: str, told: str) -> DeliveryState:
    goes_on = _DELAYED.search(f"{subject}\n{told}") and not _GIVEN_UP.search(told)
    return DeliveryState.DELAYED if goes_on else DeliveryState.FAILED


def _recipients(tree: MailPart, told: str, state: DeliveryState) -> Iterator[ReportedRecipient]:
    """Yield who is named in a header of its own, else who begins a line; if nobody, the words without an address."""
    words = dict(_words_by_address(told))
    named = [each.address for each in addresses_in(tree.headers.every("x-failed-recipients"))]
    for address in (named or list(words) or [""])[:MOST_RECIPIENTS]:
        said = words.get(address.lower(), "") or _shortened(told)
        code = STATUS_CODE.search(said)
        yield ReportedRecipient(address, state, code[1] if code else "", said)


def _words_by_address(told: str) -> Iterator[tuple[str, str]]:
    """Yield each address that begins a line, in lower case, with what follows until an empty line after the words."""
    address, words = "", [""]
    for line in told.splitlines():
        found = _BEGINS_WITH_ADDRESS.fullmatch(line)
        if found:
            yield from _said(address, words)
            address, words = found[1].lower().rstrip("."), [found["after"].lstrip(":> ")]
        elif line.strip() or not any(words):
            words.append(line)
        else:
            yield from _said(address, words)
            address, words = "", [""]
    yield from _said(address, words)


def _said(address: str, words: list[str]) -> Iterator[tuple[str, str]]:
    if address:
        yield address, _shortened("\n".join(words))


def _shortened(words: str) -> str:
    return " ".join(one_line(words[:LONGEST_WORDS]).split())
