"""The tags of HTML that we wrote ourselves: each attribute in double quotes, and no `<` in a text."""

from __future__ import annotations

import re
from collections.abc import Callable

_BEGINNING = re.compile(r'<([a-z][a-z0-9]*+)((?: [a-z-]++="[^"]*+")*+)>')
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')

Attributes = dict[str, str]
"""By their names, as they are written: escaped."""


def rewritten(html: str, change: Callable[[str, Attributes], Attributes | None]) -> str:
    """Return it with each element's attributes as `change` gives them; without the tag where it gives None."""

    def anew(found: re.Match[str]) -> str:
        attributes = change(found[1], dict(_ATTRIBUTE.findall(found[2])))
        return "" if attributes is None else tag_text(found[1], attributes)

    return _BEGINNING.sub(anew, html)


def tag_text(name: str, attributes: Attributes) -> str:
    """Return the tag with which an element begins."""
    said = "".join(f' {attribute}="{value}"' for attribute, value in attributes.items())
    return f"<{name}{said}>"
