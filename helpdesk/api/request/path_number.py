"""The number of a row, as an address names it."""

from __future__ import annotations

import re

from helpdesk.api.shapes import NUMBER


def number_in(text: str) -> int:
    """Return the number that stands there, or 0, which no row has."""
    return int(text) if re.fullmatch(NUMBER, text) else 0
