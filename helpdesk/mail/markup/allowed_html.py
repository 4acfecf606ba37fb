"""Which HTML of strangers is shown: what a text is made of, and nothing that acts, loads or is found by name."""

from __future__ import annotations

from typing import Final

EMPTY_TAGS: Final = frozenset({"br", "col", "hr", "img", "wbr"})
"""Elements that have no end."""

STRESSED_TAGS: Final = frozenset(
    {"b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u"}
)
"""What makes words stand out, and is carried on by parsers from one paragraph into the next."""

TABLE_TAGS: Final = frozenset({"caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"})
HEADING_TAGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

BLOCK_TAGS: Final = (
    frozenset({"address", "article", "aside", "blockquote", "center", "div", "dl", "figcaption", "figure"})
    | {"footer", "header", "main", "nav", "ol", "p", "pre", "section", "ul"}
    | HEADING_TAGS
)
WORD_TAGS: Final = frozenset(
    {"a", "abbr", "acronym", "bdi", "bdo", "cite", "del", "dfn", "ins", "kbd", "mark", "q", "samp", "span"}
) | {"sub", "sup", "var"}

TAGS: Final = (
    BLOCK_TAGS
    | EMPTY_TAGS
    | STRESSED_TAGS
    | TABLE_TAGS
    | WORD_TAGS
    | frozenset({"colgroup", "dd", "dt", "li"})
)

HIDDEN_TAGS: Final = frozenset(
    {"iframe", "math", "noembed", "noframes", "object", "script", "style", "svg", "template", "textarea"}
) | {"title", "xml", "xmp"}
"""Elements that go with all that is in them."""

_CELL: Final = {"align", "bgcolor", "colspan", "rowspan", "valign"}
ATTRIBUTES: Final = {
    "*": {"dir", "lang", "style", "title"},
    "a": {"href"},
    "col": {"span"},
    "colgroup": {"span"},
    "font": {"color"},
    "img": {"alt", "height", "src", "width"},
    "li": {"value"},
    "ol": {"reversed", "start", "type"},
    "table": {"align", "bgcolor"},
    "td": _CELL,
    "th": _CELL,
    "tr": {"align", "bgcolor", "valign"},
} | {name: {"align"} for name in ("div", "p", *HEADING_TAGS)}

STYLES: Final = frozenset(
    {"background-color", "color", "direction", "font-style", "font-weight", "text-align", "text-decoration"}
) | {"vertical-align", "white-space"}
"""Properties of CSS; none of them takes an address, moves anything or covers something."""


def attributes_of(tag: str) -> set[str]:
    return ATTRIBUTES["*"] | ATTRIBUTES.get(tag, set())
