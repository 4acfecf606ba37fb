"""Text as HTML, each block the way that its own words run; what was typed is never markup."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Final

from helpdesk.mail.composing.marked_line import marked_line
from helpdesk.mail.composing.text_direction import direction_of
from helpdesk.mail.composing.web_links import linked

Styles = Mapping[str, str]
"""What the `style` of an element says, by its name; mail has no other place for it, and pages have a better one."""

_UNSTYLED: Final[Styles] = {}

_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_ITEM = re.compile(r"(?:-|([1-9][0-9]{0,2})\.) +(?=\S)")
_UNDER_AN_ITEM: Final = "  "


def plain_blocks(text: str, *, way: str, styles: Styles = _UNSTYLED) -> Iterator[str]:
    """Yield paragraphs in which addresses are links, and nothing else is more than it says.

    `way` is `ltr` or `rtl`, for what runs neither way by its own words.
    """
    for paragraph in _paragraphs(text):
        yield _paragraph(paragraph.split("\n"), linked, way, styles)


def marked_blocks(text: str, *, way: str, styles: Styles = _UNSTYLED) -> Iterator[str]:
    """Yield paragraphs and lists of a text whose marks are meant.

    Two lines or more under each other that begin with `- ` or `1. ` are a list; lines under an item that are set in
    belong to it. What stands out and leads elsewhere within a line see `marked_line`.
    """
    for paragraph in _paragraphs(text):
        pieces = _pieces(paragraph.split("\n"))
        kinds = _kinds([_kind(piece[0]) for piece in pieces])
        for kind, run in groupby(zip(kinds, pieces, strict=True), key=lambda each: each[0]):
            yield _block(kind, [piece for _kind, piece in run], way, styles)


def _paragraphs(text: str) -> Iterator[str]:
    return filter(None, _BLANK_LINES.split(text))


def _pieces(lines: list[str]) -> list[list[str]]:
    """Return each line, with those that belong to it."""
    pieces: list[list[str]] = []
    for line in lines:
        if pieces and line.startswith(_UNDER_AN_ITEM) and _ITEM.match(pieces[-1][0]):
            pieces[-1].append(line.strip())
        else:
            pieces.append([line])
    return pieces


def _kind(line: str) -> str:
    found = _ITEM.match(line)
    return ("ol" if found[1] else "ul") if found else "p"


def _kinds(kinds: list[str]) -> list[str]:
    """Return what each is once it is known what stands beside it: an item that is alone is none."""
    beside = zip(["", *kinds], kinds, [*kinds[1:], ""], strict=False)
    return [kind if kind in {before, after} else "p" for before, kind, after in beside]


def _block(kind: str, pieces: list[list[str]], way: str, styles: Styles) -> str:
    if kind == "p":
        return _paragraph([line for piece in pieces for line in piece], marked_line, way, styles)
    said = "\n".join(line for piece in pieces for line in piece)
    own = direction_of(said, otherwise=way)
    items = "".join(_item(piece, own, styles) for piece in pieces)
    return f"{_opened(kind, own, styles)}{items}</{kind}>"


def _item(piece: list[str], way: str, styles: Styles) -> str:
    found = _ITEM.match(piece[0])
    if found is None:
        raise ValueError("no item begins like this")
    lines = [piece[0][found.end() :], *piece[1:]]
    number = f' value="{int(found[1])}"' if found[1] else ""
    own = direction_of("\n".join(lines), otherwise=way)
    return f"{_opened('li', own, styles, number)}{_in_lines(lines, marked_line)}</li>"


def _paragraph(lines: list[str], shown: Callable[[str], str], way: str, styles: Styles) -> str:
    own = direction_of("\n".join(lines), otherwise=way)
    return f"{_opened('p', own, styles)}{_in_lines(lines, shown)}</p>"


def _in_lines(lines: list[str], shown: Callable[[str], str]) -> str:
    return "<br>".join(shown(line) for line in lines)


def _opened(tag: str, way: str, styles: Styles, besides: str = "") -> str:
    style = f' style="{styles[tag]}"' if tag in styles else ""
    return f'<{tag}{besides} dir="{way}"{style}>'
