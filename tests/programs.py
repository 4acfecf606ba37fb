"""Programs of the machine's own that some tests ask for."""

from __future__ import annotations

import shutil
from typing import Final

PROGRAMS: Final = {
    "browser": ("chromium-headless-shell", "chromium"),
    "dovecot": ("dovecot",),
    "java": ("java",),
    "node": ("npm",),
    "postfix": ("postfix",),
}
"""Which program a mark asks for: the first of these that is here. The shell draws no window of its own around a page,
and takes half the time of the browser that does.
"""


def program_of(mark: str) -> str | None:
    """Return where the program lies that a mark asks for; None where there is none on this machine."""
    return next((place for name in PROGRAMS[mark] if (place := shutil.which(name))), None)
