"""Asking before what cannot be undone."""

from __future__ import annotations

import sys


class NobodyToAsk(Exception):
    """It asks first, and there is no terminal to ask on."""


def confirmed(question: str, *, beforehand: bool) -> bool:
    """Ask on the terminal, unless it was answered beforehand; anything but yes is no. Raises NobodyToAsk."""
    if beforehand:
        return True
    if not sys.stdin.isatty():
        raise NobodyToAsk("This asks first: run it in a terminal, or with --yes.")
    return input(f"{question} Type yes to go on: ").strip().lower() == "yes"
