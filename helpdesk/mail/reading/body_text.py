"""What a mail says: its words as plain text and as HTML, and what is a file instead."""

from __future__ import annotations

from html import escape

from helpdesk.input.visible_text import is_visible
from helpdesk.mail.reading.flowed_text import unflowed
from helpdesk.mail.reading.html_text import plain_text
from helpdesk.mail.reading.mime_parts import MailPart

LONGEST_BODY = 1_000_000
"""In bytes of a part, and in characters of the text; what is longer stands in the raw mail."""

_WORDS = {"text/plain", "text/html"}


def is_file(part: MailPart) -> bool:
    """Tell whether a leaf is a file: all but words that nobody calls an attachment or gives a file's name."""
    return part.kind not in _WORDS or part.disposition == "attachment" or bool(part.filename)


def text_in(part: MailPart) -> str:
    """Return the words: of alternatives the plain ones, unless only others say anything; of parts all, in order."""
    if not part.parts:
        return "" if is_file(part) else _leaf_text(part)[:LONGEST_BODY]
    texts = [(each.kind, text) for each in part.parts if is_visible(text := text_in(each))]
    if part.kind == "multipart/alternative":
        return next((text for kind, text in texts if kind == "text/plain"), texts[0][1] if texts else "")
    return "\n\n".join(text.strip("\n") for _, text in texts)[:LONGEST_BODY]


def _leaf_text(part: MailPart) -> str:
    text = part.text(LONGEST_BODY)
    if part.kind == "text/html":
        return plain_text(text)
    if part.parameters.get("format", "").lower() == "flowed":
        return unflowed(text, delsp=part.parameters.get("delsp", "").lower() == "yes")
    return text


def html_in(part: MailPart) -> str:
    """Return the HTML as it was sent, not to be trusted, with the plain parts beside it; empty if there is none."""
    return "\n".join(_html(part, beside=False))[:LONGEST_BODY] if _has_html(part) else ""


def _has_html(part: MailPart) -> bool:
    return any(leaf.kind == "text/html" and not is_file(leaf) for leaf in part.leaves())


def _html(part: MailPart, *, beside: bool) -> list[str]:
    if not part.parts:
        return [] if is_file(part) else _leaf_html(part, beside=beside)
    if part.kind == "multipart/alternative":
        best = next((each for each in reversed(part.parts) if _has_html(each)), part.parts[0])
        return _html(best, beside=beside)
    return [piece for each in part.parts for piece in _html(each, beside=True)]


def _leaf_html(part: MailPart, *, beside: bool) -> list[str]:
    if part.kind == "text/html":
        return [part.text(LONGEST_BODY)]
    return [f"<pre>{escape(_leaf_text(part))}</pre>"] if beside else []
