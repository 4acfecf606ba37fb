"""HTML as plain text that can be read: paragraphs, lists, quotes and links stay what they are."""

from __future__ import annotations

import re
from html import unescape

RULE = "_" * 32
"""A line across, as Outlook writes it in plain text."""

_TAG = re.compile(r"(/?)([A-Za-z][A-Za-z0-9:]{0,20})(.*)", re.DOTALL)
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_ALT = re.compile(r"""\balt\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_LEADS = re.compile(r"(https?://|mailto:|tel:)", re.IGNORECASE)
_PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "pre", "blockquote"}
_BLOCKS = {
    "div",
    "tr",
    "li",
    "dt",
    "dd",
    "section",
    "article",
    "header",
    "footer",
    "address",
    "center",
    "form",
}
_UNSEEN = {"head", "style", "script", "title", "template", "object", "xml"}
LONGEST_LINK = 2000
DEEPEST_QUOTE = 20


def plain_text(html: str) -> str:
    """Return what a reader would see, as plain text. Cost grows with the length alone; never raises."""
    page = _Page()
    for place, chunk in enumerate(html.split("<")):
        page.take(chunk, first=place == 0)
    return page.text()


class _Page:
    """What has been read so far: finished lines, the line in the making, and what surrounds it."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quotes = 0
        self._lists: list[int | None] = []
        self._link: tuple[str, int] | None = None
        self._unseen = ""
        self._comment = False
        self._as_typed = 0
        self._acts = {
            "a": self._anchor,
            "blockquote": self._quote,
            "br": self._new_line,
            "hr": self._rule,
            "img": self._picture,
            "li": self._item,
            "ol": self._numbers,
            "pre": self._typed,
            "td": self._cell,
            "th": self._cell,
            "ul": self._list,
        }

    def text(self) -> str:
        self._break()
        return "\n".join(self._lines).strip("\n")

    def take(self, chunk: str, *, first: bool) -> None:
        """Take what stands from one `<` to the next; what never closes is text, as in “a < b”."""
        tag, closed, words = ("", "", chunk) if first else chunk.partition(">")
        if self._comment or tag.startswith("!--"):
            self._comment = "-->" not in chunk
            words = chunk.rpartition("-->")[2]
        elif not first and (not closed or not self._is_markup(tag)):
            words = f"<{chunk}"
        elif tag:
            self._tag(tag)
        if not self._unseen and not self._comment:
            self._say(unescape(words))

    def _is_markup(self, tag: str) -> bool:
        return tag[:1] in {"!", "?"} or _TAG.match(tag) is not None

    def _tag(self, tag: str) -> None:
        found = _TAG.match(tag)
        if found is None:
            return
        ends, name, rest = found[1] == "/", found[2].lower(), found[3]
        if name in _UNSEEN:
            self._hide(name, ends=ends, rest=rest)
        elif not self._unseen:
            self._seen_tag(name, ends=ends, rest=rest)

    def _hide(self, name: str, *, ends: bool, rest: str) -> None:
        if ends and self._unseen == name:
            self._unseen = ""
        elif not ends and not self._unseen and not rest.endswith("/"):
            self._unseen = name

    def _seen_tag(self, name: str, *, ends: bool, rest: str) -> None:
        if name in _PARAGRAPHS or name in _BLOCKS:
            self._break(paragraph=name in _PARAGRAPHS)
        act = self._acts.get(name)
        if act:
            act(ends, rest)

    def _say(self, words: str) -> None:
        if self._as_typed:
            self._say_as_typed(words)
            return
        words = _BLANKS.sub(" ", words)
        if not self._line or self._line[-1].endswith((" ", "\t")):
            words = words.lstrip(" ")
        if words:
            self._line.append(words)

    def _say_as_typed(self, words: str) -> None:
        first, *others = words.replace("\r\n", "\n").split("\n")
        self._line.append(first)
        for line in others:
            self._break(empty=True)
            self._line.append(line)

    def _break(self, *, paragraph: bool = False, empty: bool = False) -> None:
        """End the line, if there is anything on it; before a paragraph, leave a line free."""
        line = "".join(self._line).replace("\xa0", " ").rstrip()
        self._line = []
        mark = self._mark()
        if line or empty:
            self._lines.append(mark + line if line else mark.rstrip())
        if paragraph and self._lines and self._lines[-1].strip("> "):
            self._lines.append(mark.rstrip())

    def _mark(self) -> str:
        return "> " * min(self._quotes, DEEPEST_QUOTE)

    def _new_line(self, ends: bool, _rest: str) -> None:
        if not ends:
            self._break(empty=True)

    def _rule(self, _ends: bool, _rest: str) -> None:
        self._break()
        self._line = [RULE]
        self._break()

    def _quote(self, ends: bool, _rest: str) -> None:
        self._quotes = max(self._quotes + (-1 if ends else 1), 0)
        if ends and self._lines and not self._lines[-1].strip("> "):
            self._lines[-1] = self._mark().rstrip()

    def _typed(self, ends: bool, _rest: str) -> None:
        self._as_typed = max(self._as_typed + (-1 if ends else 1), 0)

    def _list(self, ends: bool, _rest: str) -> None:
        self._begin_list(None, ends=ends)

    def _numbers(self, ends: bool, _rest: str) -> None:
        self._begin_list(0, ends=ends)

    def _begin_list(self, number: int | None, *, ends: bool) -> None:
        if ends:
            self._lists = self._lists[:-1]
        elif len(self._lists) < DEEPEST_QUOTE:
            self._lists.append(number)

    def _item(self, ends: bool, _rest: str) -> None:
        if ends:
            return
        number = self._lists[-1] if self._lists else None
        if number is not None:
            self._lists[-1] = number = number + 1
        indent = "  " * max(len(self._lists) - 1, 0)
        self._line = [f"{indent}- " if number is None else f"{indent}{number}. "]

    def _cell(self, ends: bool, _rest: str) -> None:
        if ends and self._line:
            self._line.append("\t")

    def _picture(self, _ends: bool, rest: str) -> None:
        alt = _value(_ALT, rest).strip()
        if alt:
            self._say(f"[{alt}]")

    def _anchor(self, ends: bool, rest: str) -> None:
        if not ends:
            self._link = (_value(_HREF, rest).strip()[:LONGEST_LINK], len(self._line))
        elif self._link is not None:
            target, begun = self._link
            self._link = None
            self._add_target(target, "".join(self._line[begun:]).strip())

    def _add_target(self, target: str, words: str) -> None:
        bare = _LEADS.sub("", target, count=1).rstrip("/")
        if _LEADS.match(target) and bare and bare.lower() not in words.lower():
            self._line.append(f" <{target}>" if words else f"<{target}>")


def _value(attribute: re.Pattern[str], rest: str) -> str:
    found = attribute.search(rest)
    return unescape(next((group for group in found.groups() if group is not None), "")) if found else ""
