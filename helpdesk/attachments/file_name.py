"""Names of files, as strangers give them and as they are kept."""

from __future__ import annotations

import re
from typing import Final

from helpdesk.input.visible_text import one_line, storable, unturned

LONGEST_NAME: Final = 200
LONGEST_ENDING: Final = 20


def kept_name(given: str) -> str:
    """Return a file's name without folders, and without signs that would hide its ending; it may be empty.

    The ending is kept of one that is too long.
    """
    name = one_line(unturned(storable(given.replace("\\", "/").rpartition("/")[2])))
    if len(name) <= LONGEST_NAME:
        return name
    ending = re.search(rf"\.[^.\s]{{1,{LONGEST_ENDING}}}\Z", name)
    kept = ending[0] if ending else ""
    return name[: LONGEST_NAME - len(kept) - 1] + "…" + kept
