"""Ids as addresses name them: one reader for every door."""

from __future__ import annotations


def read_number(text: str) -> int | None:
    """Read an id from an address; None where it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None
