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
    """Tell whether a leaf is a file: all but words that nobody calls an attachment or, beside others, gives a name."""
    named = bool(part.filename) and part.depth > 0
    return part.kind not in _WORDS or part.disposition == "attachment" or named


def text_in(tree: MailPart) -> str:
    """Return the words: of alternatives the plain ones, unless only others say anything; of parts all, in order."""
    return _BodyReader().text(tree)[:LONGEST_BODY]


def html_in(tree: MailPart) -> str:
    """Return the HTML as it was sent, not to be trusted, with the plain parts beside it; empty if there is none."""
    return "\n".join(_BodyReader().html(tree, beside=False))[:LONGEST_BODY] if _has_html(tree) else ""


def _has_html(part: MailPart) -> bool:
    return any(leaf.kind == "text/html" and not is_file(leaf) for leaf in part.leaves())


class _BodyReader:
    """Reads a body once, and of all its parts together no more than the longest body."""

    def __init__(self) -> None:
        self._left = LONGEST_BODY

    def text(self, part: MailPart) -> str:
        if not part.parts:
            return "" if is_file(part) else self._plain(part)
        if part.kind == "multipart/alternative":
            by_plainness = sorted(part.parts, key=lambda each: each.kind != "text/plain")
            return next(filter(is_visible, map(self.text, by_plainness)), "")
        texts = (text.strip("\n") for each in part.parts if is_visible(text := self.text(each)))
        return "\n\n".join(texts)

    def html(self, part: MailPart, *, beside: bool) -> list[str]:
        if not part.parts:
            return [] if is_file(part) else self._marked_up(part, beside=beside)
        if part.kind == "multipart/alternative":
            best = next((each for each in reversed(part.parts) if _has_html(each)), part.parts[0])
            return self.html(best, beside=beside)
        return [piece for each in part.parts for piece in self.html(each, beside=True)]

    def _marked_up(self, part: MailPart, *, beside: bool) -> list[str]:
        if part.kind == "text/html":
            return [self._read(part)]
        return [f"<pre>{escape(self._plain(part))}</pre>"] if beside else []

    def _plain(self, part: MailPart) -> str:
        text = self._read(part)
        if part.kind == "text/html":
            return plain_text(text)
        if part.parameters.get("format", "").lower() == "flowed":
            return unflowed(text, delsp=part.parameters.get("delsp", "").lower() == "yes")
        return text

    def _read(self, part: MailPart) -> str:
        text = part.text(self._left)
        self._left = max(self._left - len(part.content), 0)
        return text
