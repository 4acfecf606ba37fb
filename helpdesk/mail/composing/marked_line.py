"""A line as agents type it, as HTML: words that stand out, and words that lead elsewhere."""

from __future__ import annotations

import re
from html import escape

from helpdesk.mail.composing.web_links import linked

_TARGET = r"(?:https?://|mailto:)(?:[^\s()<>\"\[\]]|\([^\s()<>\"\[\]]{0,200}+\)){1,2000}+"
_CLOSING = r"\*\*(?![^\W_]|\*)"
_MARKS = re.compile(
    rf"\[(?P<words>[^\[\]]{{1,300}}+)\]\((?P<target>{_TARGET})\)"
    rf"|(?P<address>https?://(?:(?!{_CLOSING})[^\s<>\"\u2066-\u2069])++)"
    r"|(?P<stress>(?<!\*)\*\*(?!\*))",
    re.IGNORECASE,
)


def marked_line(line: str) -> str:
    """Return it as HTML: `**words**` stand out, `[words](https://…)` lead there, as bare addresses do.

    A mark stands at the edge of words, as in `(**now**)`, and not within one, as in `2**3`. Links lead to the web
    or to an address for mail. The rest is escaped, what merely looks like a mark too.
    """
    pieces: list[str] = []
    opened, at = -1, 0
    for found in _MARKS.finditer(line):
        pieces.append(linked(line[at : found.start()]))
        at = found.end()
        if opened >= 0 and _closes(found):
            pieces[opened], opened = "<strong>", -1
            pieces.append("</strong>")
        else:
            opened = len(pieces) if _opens(found) else opened
            pieces.append(_as_it_is(found))
    return "".join([*pieces, linked(line[at:])])


def _opens(found: re.Match[str]) -> bool:
    before, after = (
        found.string[max(found.start() - 1, 0) : found.start()],
        found.string[found.end() : found.end() + 1],
    )
    return bool(found["stress"]) and not before.isalnum() and bool(after.strip())


def _closes(found: re.Match[str]) -> bool:
    before, after = found.string[found.start() - 1], found.string[found.end() : found.end() + 1]
    return bool(found["stress"] and before.strip()) and not after.isalnum()


def _as_it_is(found: re.Match[str]) -> str:
    if found["words"]:
        return f'<a href="{escape(found["target"])}">{escape(found["words"])}</a>'
    return linked(found[0])
