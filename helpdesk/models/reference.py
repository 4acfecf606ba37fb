"""Short public references: what a person reads out on the telephone, such as `T-7K2M9QX`.

A reference is the ticket's id, scrambled so that it does not tell how many tickets there are, and
written in Crockford's base 32 (https://www.crockford.com/base32.html). Scrambling is a bijection of the
35-bit numbers, so two ids never share a reference.
"""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PREFIX = "T-"
LENGTH = 7
BITS = 5 * LENGTH
SPACE = 1 << BITS

_FIRST_FACTOR = 0x4_5A3B_9D2F
_SECOND_FACTOR = 0x2_C1B3_C6DD
_SHIFT = 18  # over half of the bits, so that the fold undoes itself
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})


class OutOfReferences(Exception):
    """The id does not fit into a reference (ids run from 1 to 2³⁵ − 1)."""


def reference_of(ticket_id: int) -> str:
    """Return the reference of the ticket with this id; raises `OutOfReferences`."""
    if not 0 < ticket_id < SPACE:
        raise OutOfReferences(ticket_id)
    number = _scramble(ticket_id)
    return PREFIX + "".join(ALPHABET[number >> shift & 31] for shift in range(BITS - 5, -1, -5))


def parse(text: str) -> str | None:
    """Return the reference that was meant, or null where `text` cannot be one.

    Small letters, a missing prefix, spaces and hyphens are forgiven, and O is read as 0, I and L as 1.
    """
    plain = text.strip().upper().replace("-", "").replace(" ", "")
    code = (plain[1:] if len(plain) == LENGTH + 1 and plain[0] == "T" else plain).translate(_MISREAD)
    if len(code) != LENGTH or not set(code) <= set(ALPHABET):
        return None
    return PREFIX + code


def _scramble(number: int) -> int:
    """Map the 35-bit numbers onto themselves: odd factors and a fold can each be undone."""
    mixed = number * _FIRST_FACTOR % SPACE
    mixed ^= mixed >> _SHIFT
    return mixed * _SECOND_FACTOR % SPACE
