"""What nobody is to read in a log, struck out: keys, tokens of links, passwords, queries, addresses of people."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

STRUCK: Final = "…"
Replacement = str | Callable[[re.Match[str]], str]


def _without_person(found: re.Match[str]) -> str:
    return f"…@{found[1]}" if found[1] else found[0]


RULES: Final[tuple[tuple[re.Pattern[str], Replacement], ...]] = tuple(
    (re.compile(pattern, re.IGNORECASE), kept)
    for pattern, kept in (
        (r"\b(at[tr]_(?:live|test|demo))_[\w-]+", r"\1_…"),
        (r"\bwhsec_[\w+/=-]+", "whsec_…"),
        (r"\b(bearer|basic)\s+[^\s'\",]+", r"\1 …"),
        (r"\b((?:set-)?cookie|(?:proxy-)?authorization|x-api-key)(['\"]?\s*[:=]\s*)[^\r\n'\"]+", r"\1\2…"),
        (
            r"\b(\w*(?:session_?id|token|password\d?|secret|api_?key))(['\"]?[=:]\s*['\"]?)[^\s&;,'\"]+",
            r"\1\2…",
        ),
        (r"\b(\w+://)[^\s/@'\"]+@", r"\1…@"),  # a password before a host
        (r"(?<![^\s?'\"<>])([^\s/?'\"<>]*/[^\s?'\"<>]*)\?[^\s'\"<>]+", r"\1?…"),  # a query
        (r"(/(?:invitations|password/reset/key|wall)/)[^\s/?'\"<>]+", r"\1…"),  # a link that lets somebody in
        (r"(?<=/)[\w~=-]{32,}(?=[/\s?'\"<>]|$)", STRUCK),  # what else looks like one
        (r"[\w.!#$%&*+?^`{|}~-]++(?:@([\w-]+(?:\.[\w-]+)+))?", _without_person),
        (
            r"\bKey \(([^()]*(?:\([^()]*\)[^()]*)*)\)=\(.*\)",
            r"Key (\1)=(…)",
        ),  # PostgreSQL's words for a row it refuses
        (r"\bFailing row contains \(.*\)", "Failing row contains (…)"),
    )
)
"""Each goes through a word once, however long it is: whoever asks for an address chooses what a line holds."""


def redacted(text: str) -> str:
    """Return the text with everything struck out that lets somebody in or names somebody."""
    for pattern, kept in RULES:
        text = pattern.sub(kept, text)
    return text
