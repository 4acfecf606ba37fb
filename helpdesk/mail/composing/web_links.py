"""Addresses in plain text, made into links; all else is escaped."""

from __future__ import annotations

import re
from html import escape

_MAIL = r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"
ADDRESSES = re.compile(rf"(https?://[^\s<>\"\u2066-\u2069]+|\b{_MAIL})", re.IGNORECASE)
_CLOSED_BY = {")": "(", "]": "[", "}": "{"}


def linked(text: str) -> str:
    """Return text as HTML: web and mail addresses lead there, and nothing in it is markup."""
    pieces = ADDRESSES.split(text)
    return "".join(_link(piece) if place % 2 else escape(piece) for place, piece in enumerate(pieces))


def _link(found: str) -> str:
    address = _without_the_sentence(found)
    target = address if "://" in address else f"mailto:{address}"
    shown = f'<a href="{escape(target)}">{escape(address)}</a>'
    return shown + escape(found[len(address) :])


def _without_the_sentence(address: str) -> str:
    """Leave out what belongs to the sentence around it: stops, and brackets that opened before it."""
    while address:
        last = address[-1]
        opened = _CLOSED_BY.get(last)
        of_sentence = last in ".,;:!?'״”’»…" or (opened and address.count(opened) < address.count(last))
        if not of_sentence:
            break
        address = address[:-1]
    return address
