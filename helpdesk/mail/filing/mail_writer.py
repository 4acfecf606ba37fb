"""Who wrote a mail: not always whom it is from."""

from __future__ import annotations

import re
from collections.abc import Collection, Container
from dataclasses import dataclass
from typing import Final

from helpdesk.mail.filing.form_senders import is_form_sender
from helpdesk.mail.reading.headers.mail_addresses import MailAddress
from helpdesk.mail.reading.letter import Letter
from helpdesk.tickets.opening.customer_match import email_key

_BY_A_GROUP: Final = re.compile(r".*\S\s+via\s+\S.*", re.IGNORECASE | re.DOTALL)
"""What groups make of a name: 'Jon Smith' via Support."""


@dataclass(frozen=True, slots=True)
class MailWriter:
    """Who wrote a mail; without an address there is nobody to answer.

    `through` is the address that it is from where that is somebody else's, a form's, a group's or our own.
    """

    address: str
    name: str
    through: str = ""
    by_form: bool = False

    @property
    def key(self) -> str:
        return email_key(self.address)


def writer_of(letter: Letter, *, own: Container[str], forms: Collection[str]) -> MailWriter:
    """Return who wrote a letter.

    Where it is from one of our `own` addresses, from a form or rewritten by a group, that is whom
    the group or the form names as its author, else whoever is to be answered; else it is whom it is from.
    """
    sender = letter.sender
    by_form = is_form_sender(sender.address, added=forms)
    ours = sender.address in own
    rewritten = bool(letter.original_from.address and _BY_A_GROUP.fullmatch(sender.name))
    if not (by_form or ours or rewritten):
        return MailWriter(sender.address, sender.name)
    author = _first_of_others(letter, own=own)
    if author is None:
        return MailWriter("" if ours else sender.address, sender.name, by_form=by_form)
    return MailWriter(author.address, author.name, through=sender.address, by_form=by_form)


def _first_of_others(letter: Letter, *, own: Container[str]) -> MailAddress | None:
    named = (letter.original_from, letter.reply_to)
    return next((each for each in named if each.address and each.address not in own), None)
