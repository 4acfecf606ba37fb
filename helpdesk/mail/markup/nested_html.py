"""HTML in which every element ends, in order, few within each other.

A parser that does as browsers do mends what is not so, and carries words that stand out from paragraph to paragraph:
of two thousand `<font>` left open before as many paragraphs, 49 kB, it makes four million elements, in 1 GB.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from helpdesk.mail.markup.allowed_html import (
    BLOCK_TAGS,
    EMPTY_TAGS,
    HIDDEN_TAGS,
    STRESSED_TAGS,
    TABLE_TAGS,
    TAGS,
    attributes_of,
)
from helpdesk.mail.markup.html_tags import Attributes, tag_text

DEEPEST: Final = 100
MOST_STRESSED: Final = 8
"""Of elements that make words stand out, within each other; links among them."""

MOST_TAGS: Final = 20_000
MOST_SIGNS: Final = 100_000
"""Signs that are written as `&…;`."""

LONGEST_TAG: Final = 4_000

_TAG = re.compile(r"""<(/?)([A-Za-z][A-Za-z0-9:]*+)(?=[\s/>])((?:[^"'>]++|"[^"]*+"|'[^']*+')*+)>""")
_ATTRIBUTE = re.compile(r"""([A-Za-z-]++)(?:\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s>"'][^\s>]*+)))?+""")
_CARRIED_ON = STRESSED_TAGS | {"a"}
_CELLS = {"caption", "td", "th"}
_GROUPS = {"tbody", "tfoot", "thead"}
_PAGE = {"body": "div", "html": "div"}
"""What a whole page says of its words, their direction and language, is kept as a block's."""

_ENDED_BY: Final = {
    "a": ({"a"}, TABLE_TAGS),
    "dd": ({"dd", "dt"}, TABLE_TAGS | {"dl"}),
    "dt": ({"dd", "dt"}, TABLE_TAGS | {"dl"}),
    "li": ({"li"}, TABLE_TAGS | {"ol", "ul"}),
    **dict.fromkeys(BLOCK_TAGS | {"hr", "table"}, ({"p"}, TABLE_TAGS | {"li", "dd"})),
    **dict.fromkeys(_CELLS, (_CELLS, {"table"})),
    "tr": ({"tr", "caption"}, {"table"}),
    **dict.fromkeys(_GROUPS, (_GROUPS | {"tr", "caption"}, {"table"})),
}
"""Which open element the beginning of another ends, unless one of the latter stands between them."""


class TooIntricate(ValueError):
    """There are more tags or written-out signs in it than anybody can have meant to write."""


def well_nested(html: str) -> str:
    """Return the allowed elements of it with their allowed attributes, and the words; it may still be harmful.

    What is hidden from readers is left out, and so are tags that lie too deep. Raises `TooIntricate`.
    """
    if html.count("<") > MOST_TAGS or html.count("&") > MOST_SIGNS:
        raise TooIntricate
    page, at = _NestedPage(), 0
    while (begins := html.find("<", at)) >= 0:
        page.said.append(html[at:begins])
        at = page.take(html, begins)
    page.said.append(html[at:])
    page.end_down_to(0)
    return "".join(page.said)


class _NestedPage:
    """What has been written so far, and what is open in it."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self._open: list[str] = []
        self._left_out: Counter[str] = Counter()

    def take(self, html: str, begins: int) -> int:
        """Take what begins with this `<`, and return where the next piece of text begins."""
        if html.startswith("<!--", begins):
            return _after(html, "-->", begins + 4)
        found = _TAG.match(html, begins, begins + LONGEST_TAG)
        if found:
            return self._tag(found, html)
        if html[begins + 1 : begins + 2] in {"!", "?", "/"} or html[begins + 1 : begins + 2].isalpha():
            return _after(html, ">", begins)
        self.said.append("&lt;")
        return begins + 1

    def _tag(self, found: re.Match[str], html: str) -> int:
        name = found[2].lower()
        name = _PAGE.get(name, name)
        if found[1]:
            self._end(name)
        elif name in HIDDEN_TAGS:
            return _after_hidden(html, name, found)
        elif name in TAGS:
            self._begin(name, found[3])
        return found.end()

    def _begin(self, name: str, rest: str) -> None:
        self._end_what_ends_with(name)
        if name in EMPTY_TAGS:
            self.said.append(_tag_text(name, rest))
        elif len(self._open) >= DEEPEST or (name in _CARRIED_ON and self._stressed() >= MOST_STRESSED):
            self._left_out[name] += 1
        else:
            self._open.append(name)
            self.said.append(_tag_text(name, rest))

    def _stressed(self) -> int:
        return sum(name in _CARRIED_ON for name in self._open)

    def _end_what_ends_with(self, name: str) -> None:
        ended, unless = _ENDED_BY.get(name, ((), ()))
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place] in ended:
                self.end_down_to(place)
                return
            if self._open[place] in unless:
                return

    def _end(self, name: str) -> None:
        """End the nearest of this name, and what is open in it; from within a cell only what is of tables."""
        if self._left_out[name]:
            self._left_out[name] -= 1
            return
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place] == name:
                self.end_down_to(place)
                return
            if self._open[place] in TABLE_TAGS and name not in TABLE_TAGS:
                return

    def end_down_to(self, place: int) -> None:
        """End what is open from this place on, the innermost first."""
        self.said.extend(f"</{name}>" for name in reversed(self._open[place:]))
        del self._open[place:]


def _after(html: str, mark: str, begins: int) -> int:
    place = html.find(mark, begins)
    return len(html) if place < 0 else place + len(mark)


def _after_hidden(html: str, name: str, found: re.Match[str]) -> int:
    """Return where it goes on after a hidden element; what is never closed hides all that follows, as in browsers."""
    if found[3].endswith("/") and name in {"math", "svg", "xml"}:
        return found.end()
    end = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(html, found.end())
    return _after(html, ">", end.start()) if end else len(html)


def _tag_text(name: str, rest: str) -> str:
    allowed = attributes_of(name)
    kept: Attributes = {}
    for said, *values in _ATTRIBUTE.findall(rest):
        if said.lower() in allowed:
            kept.setdefault(said.lower(), next(filter(None, values), "").replace('"', "&quot;"))
    return tag_text(name, kept)
