"""The pictures of kept HTML: named in it, and shown by whoever shows it, or not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape, unescape
from typing import Final, NamedTuple
from urllib.parse import unquote

from helpdesk.input.visible_text import storable
from helpdesk.mail.markup.html_tags import Attributes, rewritten

ELSEWHERE: Final = "data-elsewhere"
"""The attribute with the address of a picture that lies with its sender, who learns by it who looks."""

ENCLOSED: Final = "data-enclosed"
"""The attribute with the `Content-ID` of a picture that came with the mail, without brackets."""

_NO_SIZE = re.compile(r"0*[01](?:\.\d*)?(?:px)?\s*\Z", re.IGNORECASE)
_UNSEEN = re.compile(
    r"(?:^|[;\s])(?:(?:max-)?(?:width|height)\s*:\s*0*[01](?:px)?\s*(?:!|;|$)|display\s*:\s*none)",
    re.IGNORECASE,
)


def without_pixels(tag: str, attributes: Attributes) -> Attributes | None:
    """Leave out pictures that nobody can see: they are there to tell when a mail is read."""
    sizes = [attributes[name].strip() for name in ("width", "height") if name in attributes]
    unseen = any(map(_NO_SIZE.match, sizes)) or _UNSEEN.search(unescape(attributes.get("style", "")))
    return None if tag == "img" and unseen else attributes


def not_loaded(tag: str, attributes: Attributes) -> Attributes | None:
    """Keep of a picture where it is, and not so that a browser would load it."""
    source = attributes.pop("src", "") if tag == "img" else ""
    if not source:
        return attributes
    scheme, _colon, rest = unescape(source).strip().partition(":")
    if scheme.lower() == "cid":
        return attributes | {ENCLOSED: escape(storable(unquote(rest)))}
    return attributes | {ELSEWHERE: source}


class ShownHtml(NamedTuple):
    """Kept HTML as it is shown, and how many pictures from elsewhere are not."""

    html: str
    left_out: int


def with_pictures(html: str, *, enclosed: Mapping[str, str], elsewhere: bool) -> ShownHtml:
    """Return kept HTML with those pictures loaded that came with the mail, and from elsewhere if that is wished.

    `enclosed` has our own addresses of them by their `Content-ID`.
    """
    left_out = 0

    def loaded(_tag: str, attributes: Attributes) -> Attributes:
        nonlocal left_out
        ours = enclosed.get(unescape(attributes.get(ENCLOSED, "")))
        if ours:
            return attributes | {"src": escape(ours)}
        if elsewhere and ELSEWHERE in attributes:
            return attributes | {"src": attributes[ELSEWHERE]}
        left_out += ELSEWHERE in attributes
        return attributes

    return ShownHtml(rewritten(html, loaded), left_out)
