"""What a mail says, from one source: as plain text and as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from helpdesk.mail.composing.outgoing_mail import OutgoingMail, QuotedMessage
from helpdesk.mail.composing.text_blocks import Styles, marked_blocks, plain_blocks
from helpdesk.mail.composing.text_direction import direction_of, direction_of_language
from helpdesk.mail.composing.web_links import linked

MOST_QUOTED = 50_000
"""Characters of earlier messages; older ones are left out whole, and the newest is quoted whatever its length."""

_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]")
_LINE, _BLOCK = "white-space:pre-wrap;overflow-wrap:anywhere", "margin:0 0 1em"
_STYLES: Styles = {"p": f"{_BLOCK};{_LINE}", "ul": _BLOCK, "ol": _BLOCK, "li": _LINE}
_QUOTE = "margin:0 0 1em;padding-inline-start:1em;border-inline-start:2px solid #999;color:#555"


def legible_text(text: str) -> str:
    """Return text with lines that end alike, and without what neither a mail nor a page can hold."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNWRITABLE.sub("", lines).encode(errors="replace").decode().strip("\n")


def plain_body(mail: OutgoingMail) -> str:
    """Return the text that people read who want no HTML, each quoted line marked as mail programs do."""
    quotes = (f"{_heading(quote)}\n{_marked(quote.text)}" for quote in _quoted(mail.quotes))
    return "\n\n".join([_written(mail), *quotes]) + "\n"


def html_body(mail: OutgoingMail) -> str:
    """Return the same as HTML, in which each paragraph runs as its own words do, quoted ones too."""
    inside = "\n".join(filter(None, [written_html(mail), quoted_html(mail)]))
    said = f'lang="{_language(mail)}" dir="{direction_of_language(mail.language)}"'
    head = '<head><meta charset="utf-8"></head>'
    return f"<!DOCTYPE html>\n<html {said}>{head}<body>\n<div {said}>\n{inside}\n</div>\n</body></html>\n"


def written_html(mail: OutgoingMail) -> str:
    """Return greeting, text and signature as HTML."""
    return "\n".join(_blocks(mail, direction_of_language(mail.language)))


def quoted_html(mail: OutgoingMail) -> str:
    """Return what was said before as HTML; empty where nothing was."""
    way = direction_of_language(mail.language)
    return "\n".join(_quote(each, way) for each in _quoted(mail.quotes))


def _language(mail: OutgoingMail) -> str:
    return re.sub(r"[^A-Za-z0-9-]", "", mail.language) or "en"


def _blocks(mail: OutgoingMail, way: str) -> Iterator[str]:
    for part, marked in ((mail.greeting, False), (mail.text, mail.marked), (mail.signature, False)):
        yield from _shown(legible_text(part), way, marked=marked)


def _shown(text: str, way: str, *, marked: bool) -> Iterator[str]:
    return (marked_blocks if marked else plain_blocks)(text, way=way, styles=_STYLES)


def _written(mail: OutgoingMail) -> str:
    parts = (legible_text(part) for part in (mail.greeting, mail.text, mail.signature))
    return "\n\n".join(filter(None, parts))


def _quoted(quotes: Sequence[QuotedMessage]) -> Iterator[QuotedMessage]:
    """Yield what is quoted: as many as fit."""
    taken = 0
    for quote in quotes:
        if taken and taken + len(quote.text) > MOST_QUOTED:
            return
        taken += len(quote.text) or 1
        yield quote


def _heading(quote: QuotedMessage) -> str:
    return " ".join(legible_text(quote.heading).split())


def _marked(text: str) -> str:
    return "\n".join(
        f">{line}" if line.startswith(">") else f"> {line}" for line in legible_text(text).split("\n")
    )


def _quote(quote: QuotedMessage, way: str) -> str:
    heading, text = _heading(quote), legible_text(quote.text)
    of_text = direction_of(text, otherwise=way)
    inside = "\n".join(_shown(text, of_text, marked=quote.marked))
    said = f'<p dir="{direction_of(heading, otherwise=way)}" style="margin:1em 0 .5em">{linked(heading)}</p>'
    return f'{said}\n<blockquote type="cite" dir="{of_text}" style="{_QUOTE}">\n{inside}\n</blockquote>'
