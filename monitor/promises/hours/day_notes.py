"""What is known of the dates of hours besides that they are closed or differ: their names, and where they came from.

Hours are counted without them; they stand in the specification, so that a version says all that a page shows of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext as _

LONGEST: Final = 200
"""Characters of a name, and of a source."""
_KEYS: Final = frozenset({"name", "source"})


class BadSpelling(ValueError):
    """A date is written in a way of its own, or twice, or its note is none; the message says which."""


class DayNote(NamedTuple):
    """A date's name, and the list or file from which it was taken; empty where somebody typed it."""

    name: str = ""
    source: str = ""

    def written(self) -> dict[str, str]:
        """Return it as it stands in a specification."""
        return {name: text for name, text in self._asdict().items() if text}


def note_of(part: Mapping[str, Any], day: str) -> DayNote:
    """Return the note of a date of one place's hours; an empty one where there is none."""
    return DayNote(**(part.get("notes") or {}).get(day, {}))


def check_notes(notes: object) -> None:
    """Raise `BadSpelling` where the notes of one place's hours cannot be read."""
    if not isinstance(notes, Mapping):
        raise BadSpelling(_("notes must be an object: of each date its name and source."))
    for day, note in notes.items():
        if not _is_note(note):
            told = _(
                "notes: that of %s must be an object with a name and a source, each of 200 characters at most."
            )
            raise BadSpelling(told % day)


def _is_note(note: object) -> bool:
    if not isinstance(note, Mapping) or set(note) - _KEYS:
        return False
    return all(isinstance(text, str) and len(text) <= LONGEST for text in note.values())
