"""Text of strangers: what of it can be seen, on one line, and how much of it is taken."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache

from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

MARKS_TOGETHER = 8
"""So many marks may stand on one letter; no script writes more, and a pile of them covers other lines."""

_ONE_LINE = str.maketrans(dict.fromkeys([*range(32), *range(127, 160), 0x2028, 0x2029], " "))
_UNSEEN = {"Cc", "Cf", "Cs", "Mn", "Me", "Zl", "Zp", "Zs"}
_FILLERS = "\u115f\u1160\u2800\u3164\uffa0"
"""Characters that count as letters or signs, and are drawn as nothing."""

_TURNS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Characters that turn the direction of what follows, also beyond the text that they stand in."""

_OFFCUT = re.compile(r"(?:\A|(?<=\n\n))(/[^\n:]+): …")

_UNSTORABLE = re.compile(r"[\u0000\uD800-\uDFFF]")


def is_visible(text: str) -> bool:
    """Tell whether there is anything to see in the text."""
    return any(unicodedata.category(sign) not in _UNSEEN and sign not in _FILLERS for sign in text)


def one_line(text: str) -> str:
    """Put text that is shown on one line, or sent in a mail's header, on one line; empty if nothing is seen."""
    line = calm(text.translate(_ONE_LINE).strip())
    return line if is_visible(line) else ""


def calm(text: str) -> str:
    """Leave as many marks on each letter as a script may need."""
    return text if text.isascii() else _piles().sub(r"\1", text)


def unturned(text: str) -> str:
    """Leave out what would turn the words that stand beside this text, where no page keeps them apart."""
    return text.translate(_TURNS)


def isolated(name: str) -> str:
    """Keep a name's own direction from turning the sentence around it (Unicode's first strong isolate)."""
    return f"\u2068{unturned(name)}\u2069"


def range_of(first: str, last: str) -> str:
    """Say a range of figures, 09:00–17:00, in its order in languages that run from right to left, too."""
    said = f"{first}–{last}"
    return f"\u2066{said}\u2069" if get_language_bidi() else said


def storable(text: str) -> str:
    """Put a replacement character where there is a NUL or half a character, which no table holds."""
    return _UNSTORABLE.sub("\ufffd", text)


@cache
def _piles() -> re.Pattern[str]:
    marks = [chr(code) for code in range(0x300, 0x1F000) if unicodedata.category(chr(code)) in {"Mn", "Me"}]
    return re.compile("([{0}]{{{1}}})[{0}]+".format("".join(marks), MARKS_TOGETHER))


@dataclass(slots=True)
class Scissors:
    """Cuts what is too long, marks it, and keeps what fell off, by the pointer to where it stood."""

    offcuts: dict[str, str] = field(default_factory=dict)

    def cut(self, text: str, longest: int, *, pointer: str) -> str:
        """Return the text as it is, or its beginning with an ellipsis: `longest` characters in all."""
        if len(text) <= longest:
            return text
        self.offcuts[pointer] = text[longest - 1 :]
        return text[: longest - 1] + "…"

    def warnings(self) -> list[str]:
        """Say what was cut."""
        if not self.offcuts:
            return []
        said = _("%(pointer)s was too long and was cut; the rest is kept with the message.")
        return [said % {"pointer": pointer} for pointer in self.offcuts]

    def rest(self) -> str:
        """Return all that fell off, each piece under the pointer to where it stood; `offcuts_in` reads it."""
        return "\n\n".join(f"{pointer}: …{text}" for pointer, text in self.offcuts.items())


def offcuts_in(rest: str) -> list[tuple[str, str]]:
    """Return what `Scissors.rest` has kept: the pointer of each piece, and the piece."""
    parts = _OFFCUT.split(rest)
    return list(zip(parts[1::2], (part.removesuffix("\n\n") for part in parts[2::2]), strict=True))
