"""Addresses in the head of a mail: each with its name, one on a line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from unicodedata import normalize

from helpdesk.mail.composing.header_text import encoded_words, header_name, is_plain
from helpdesk.mail.composing.outgoing_mail import Correspondent, Unsendable

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_DOT_ATOM = re.compile(rf"{_ATOM}(\.{_ATOM})*\Z")
_QUOTABLE = re.compile(r"[\x20-\x7e]+\Z")
_DOTS = re.compile(r"[.\u3002\uff0e\uff61]")
_KEPT_SINCE_2008 = re.compile("[ßς]")
"""Letters that names have of their own by IDNA 2008, as browsers and registries do; Python's codec writes others."""
_DOMAIN = re.compile(r"([A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*|\[[0-9A-Fa-f:.IPv]+\])\Z")
LONGEST_LOCAL_PART, LONGEST_DOMAIN = 64, 255
"""Octets (RFC 5321)."""


def address_list(people: Iterable[Correspondent]) -> str:
    """Return the value of a header such as `To`, folded; raises `Unsendable` for an address that is none."""
    return ",\r\n ".join(_with_name(person) for person in people)


def bare_address(address: str) -> str:
    """Return an address as it is spelled in a mail: its domain in ASCII, its local part quoted if need be.

    Raises `Unsendable` where it is no address, or its local part is not in ASCII: few servers take such a one.
    """
    local, at, domain = address.strip().rpartition("@")
    spelled = _domain(domain)
    if not (at and _QUOTABLE.match(local) and len(local) <= LONGEST_LOCAL_PART):
        raise Unsendable("the address has no form that a mail server takes")
    return f"{local if _DOT_ATOM.match(local) else _quoted(local)}@{spelled}"


def is_sendable(address: str) -> bool:
    """Tell whether a mail can be sent to an address, as it is spelled."""
    try:
        return bool(bare_address(address))
    except Unsendable:
        return False


def _domain(domain: str) -> str:
    try:
        spelled = domain if domain.isascii() else ".".join(map(_label, _DOTS.split(domain)))
    except UnicodeError:
        spelled = ""
    if not _DOMAIN.match(spelled) or len(spelled) > LONGEST_DOMAIN:
        raise Unsendable("the address has no domain that there can be")
    return spelled


def _label(label: str) -> str:
    """Return one label of a domain in ASCII (UTS 46, not transitional); raises `UnicodeError` for what is none."""
    bare = normalize("NFKC", label).lower()
    spelled = _KEPT_SINCE_2008.sub("s", bare).encode("idna").decode()
    return f"xn--{bare.encode('punycode').decode()}" if _KEPT_SINCE_2008.search(bare) else spelled


def _with_name(person: Correspondent) -> str:
    name, address = header_name(person.name), bare_address(person.address)
    if not name:
        return address
    return f"{_quoted(name) if is_plain(name) else encoded_words(name)}\r\n <{address}>"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
