"""What a mail said as HTML, as it is kept: harmless, and asking for nothing while it is shown."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

import nh3

from helpdesk.input.visible_text import storable
from helpdesk.mail.markup import pictures
from helpdesk.mail.markup.allowed_html import ATTRIBUTES, HEADING_TAGS, STYLES, TAGS
from helpdesk.mail.markup.html_tags import rewritten
from helpdesk.mail.markup.nested_html import TooIntricate, well_nested

LONGEST: Final = 500_000
"""Characters, as it came and as it is kept; of what is longer the text has to do."""

_LINKED = re.compile(r"(?:https?://|mailto:)(?=[^\s/])", re.IGNORECASE)
_PICTURED = re.compile(r"(?:https?://|cid:)(?=[^\s/])", re.IGNORECASE)
_ADDRESSES = {("a", "href"): _LINKED, ("img", "src"): _PICTURED}

_LINK = re.compile(r'<a href="([^"]*+)"[^>]*+>(.*?)</a>', re.DOTALL)
_TAG = re.compile(r'<(?:[^">]++|"[^"]*+")*+>')
_STANDS_OUT = ("b", "big", "em", "i", "strike", "strong", "u", "del", "ins", "mark", *HEADING_TAGS)
_MORE_THAN_TEXT = re.compile(rf"<(?:img|table|{'|'.join(_STANDS_OUT)})[ >]")


def safe_html(html: str) -> str:
    """Return what can be shown of it beside the text; nothing where that says as much, or it cannot be read.

    Its pictures are named, and not loaded: see `pictures`.
    """
    if not html or len(html) > LONGEST:
        return ""
    try:
        nested = well_nested(storable(html))
    except TooIntricate:
        return ""
    seen = rewritten(nested, pictures.without_pixels)
    safe = rewritten(_CLEANER.clean(seen), pictures.not_loaded)
    return safe if len(safe) <= LONGEST and says_more(safe) else ""


def _attribute(tag: str, name: str, value: str) -> str | None:
    addresses = _ADDRESSES.get((tag, name))
    return value if addresses is None or addresses.match(value.strip()) else None


_CLEANER: Final = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags=set(),
    attributes=ATTRIBUTES,
    attribute_filter=_attribute,
    link_rel="noopener noreferrer nofollow",
    set_tag_attribute_values={"a": {"target": "_blank"}},
    url_schemes={"http", "https", "mailto", "cid"},
    url_relative="deny",
    filter_style_properties=STYLES,
)


def says_more(safe: str) -> bool:
    """Tell whether it shows what the text of it cannot: pictures, tables, words that stand out or lead elsewhere."""
    if _MORE_THAN_TEXT.search(safe):
        return True
    return any(_words_hide(found[1], found[2]) for found in _LINK.finditer(safe))


def _words_hide(target: str, inside: str) -> bool:
    bare = _LINKED.sub("", unescape(target), count=1).rstrip("/").lower()
    return bare not in unescape(_TAG.sub("", inside)).lower()
