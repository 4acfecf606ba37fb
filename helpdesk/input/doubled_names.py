"""JSON in which a name stands twice: readers keep the last and lose the others, so that nobody knows what was meant."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _


class DoubledName(ValueError):
    """A name stands twice in one object; `name` is which."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return _("“%(name)s” stands twice in the same object.") % {"name": self.name[:100]}


def refuse_doubled_names(text: str | bytes) -> None:
    """Raise `DoubledName` where an object of this JSON has a name twice; text that is no JSON is somebody else's."""
    try:
        json.loads(text, object_pairs_hook=_object)
    except DoubledName:
        raise
    except (ValueError, RecursionError):
        return


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise DoubledName(name)
        found[name] = value
    return found
