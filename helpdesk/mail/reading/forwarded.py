"""Who wrote the mail that somebody hands on within theirs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Final

from helpdesk.mail.reading.headers import header_block
from helpdesk.mail.reading.headers.mail_addresses import MailAddress, address_in
from helpdesk.mail.reading.letter import Letter
from helpdesk.mail.reading.quote_words import bare, is_forward, is_forward_subject, is_label, is_writer

MOST_LINES: Final = 2000
LONGEST_LINE: Final = 1000
LABELS_LOOKED_AT: Final = 5


def forwarded_sender(letter: Letter) -> MailAddress | None:
    """Return who wrote what a letter forwards, enclosed as a mail or in its text; None where that cannot be told.

    In the text they stand in the first block of headers below a line that says so, or, where the subject does, in
    the first of all. Nothing of it is to be trusted.
    """
    enclosed = next((file.content for file in letter.files if file.content_type == "message/rfc822"), None)
    if enclosed is not None:
        headers, _body = header_block.split(enclosed, 0, len(enclosed))
        return _with_address(address_in(headers.raw("from")))
    lines = [bare(line[:LONGEST_LINE].lstrip("> ")) for line in islice(letter.text.split("\n"), MOST_LINES)]
    handed_on = next((at for at, line in enumerate(lines) if is_forward(line)), None)
    if handed_on is None and is_forward_subject(letter.subject):
        handed_on = 0
    return None if handed_on is None else _first_writer(lines[handed_on:])


def _first_writer(lines: Sequence[str]) -> MailAddress | None:
    said = [line.replace("*", "") for line in lines if line]
    for at, line in enumerate(said):
        below = said[at + 1 : at + 1 + LABELS_LOOKED_AT]
        if is_writer(line) and any(is_label(each, known=True) for each in below):
            value = line.partition(":")[2].strip() or below[0]
            return _with_address(address_in(_plain(value).encode(errors="surrogateescape")))
    return None


def _plain(value: str) -> str:
    """Return an address as mails write it, of what programs make of it: `Jon [mailto:jon@example.com]`."""
    return value.replace("mailto:", "").replace("[", "<").replace("]", ">")


def _with_address(named: MailAddress) -> MailAddress | None:
    return named if named.address else None
