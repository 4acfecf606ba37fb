"""What nobody is to read in a log, struck out: keys, tokens of links, passwords, queries, addresses of people."""

from __future__ import annotations

import re
from typing import Final

STRUCK: Final = "…"

RULES: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern, re.IGNORECASE), kept)
    for pattern, kept in (
        (r"\batt_(live|test|demo)_[\w-]+", r"att_\1_…"),
        (r"\bwhsec_[\w+/=-]+", "whsec_…"),
        (r"\b(bearer|basic)\s+[^\s'\",]+", r"\1 …"),
        (r"\b((?:set-)?cookie|(?:proxy-)?authorization|x-api-key)(['\"]?\s*[:=]\s*)[^\r\n'\"]+", r"\1\2…"),
        (
            r"\b(\w*(?:session_?id|token|password\d?|secret|api_?key))(['\"]?[=:]\s*['\"]?)[^\s&;,'\"]+",
            r"\1\2…",
        ),
        (r"(\w+://)[^\s/@'\"]+@", r"\1…@"),  # a password before a host
        (r"(/[^\s?'\"<>]*)\?[^\s'\"<>]+", r"\1?…"),  # a query
        (r"(/(?:invitations|password/reset/key)/)[^\s/?'\"<>]+", r"\1…"),  # a link that lets somebody in
        (r"(?<=/)[\w~=-]{32,}(?=[/\s?'\"<>]|$)", STRUCK),  # what else looks like one
        (r"[\w.!#$%&*+?^`{|}~-]+@([\w-]+(?:\.[\w-]+)+)", r"…@\1"),
        (r"\bKey \(([^)]*)\)=\(.*\)", r"Key (\1)=(…)"),  # PostgreSQL's words for a row it refuses
        (r"\bFailing row contains \(.*\)", "Failing row contains (…)"),
    )
)


def redacted(text: str) -> str:
    """Return the text with everything struck out that lets somebody in or names somebody."""
    for pattern, kept in RULES:
        text = pattern.sub(kept, text)
    return text
