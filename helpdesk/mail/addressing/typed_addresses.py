"""Addresses as people type and paste them: each with its name or bare, with commas, semicolons or lines between."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from helpdesk.conversation.recipients import Recipient
from helpdesk.input.visible_text import is_visible, isolated, one_line
from helpdesk.mail.addressing.sendable_email import sendable_email
from helpdesk.mail.reading.headers.mail_addresses import LONGEST_NAME
from helpdesk.refusal import Refused

LONGEST_TYPED = 10_000
"""Characters; twenty of the longest names and addresses fit in."""

_SHOWN = 60
_PIECE = re.compile(r'(?:"(?:\\.|[^"\\]){0,500}"|<[^<>]*>|[^,;\n])+', re.DOTALL)
_WITH_NAME = re.compile(r'(?P<name>\s*"(?:\\.|[^"\\])*"\s*|[^<>]*)<(?P<address>[^<>]*)>', re.DOTALL)
_LINK = re.compile(r"\Amailto:", re.IGNORECASE)
"""What stands before an address that was copied from a page's link."""
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)
_NEEDS_QUOTES = re.compile(r'[",;:<>@()\[\]\\]')


class NoAddress(Refused):
    """Something among the addresses is none, or none that mail can be sent to."""

    code = "no-address"
    place = "/cc"
    sentence = _("%(typed)s is no e-mail address that we can write to.")


def typed_recipients(text: str) -> list[Recipient]:
    """Return who is named in a text, in its order; raises `NoAddress` for the first who has no address."""
    pieces = (each[0].strip() for each in _PIECE.finditer(text))
    return [_typed(piece) for piece in pieces if is_visible(piece)]


def _typed(piece: str) -> Recipient:
    named = _WITH_NAME.fullmatch(piece)
    address = sendable_email(_LINK.sub("", named["address"].strip() if named else piece))
    if address is None:
        raise NoAddress(typed=isolated(one_line(piece)[:_SHOWN]))
    return Recipient(address, _name(named["name"].strip()) if named else "")


def _name(typed: str) -> str:
    bare = typed[1:-1] if len(typed) > 1 and typed[0] == typed[-1] == '"' else typed
    return one_line(_QUOTED_PAIR.sub(r"\1", bare))[:LONGEST_NAME].strip()


def as_typed(people: Iterable[Recipient]) -> str:
    """Return addresses as a text that names the same people again."""
    return ", ".join(_spelled(each) for each in people)


def _spelled(person: Recipient) -> str:
    name = one_line(person.name)
    if not name:
        return person.address
    if _NEEDS_QUOTES.search(name):
        name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{name} <{person.address}>"
