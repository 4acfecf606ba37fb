"""Notes that tell of a merge: what other helpdesks write by themselves, in English, into both of two merged tickets.

Of the text nothing is kept but what it tells.
<https://support.zendesk.com/hc/en-us/articles/4408882445594>, <https://developers.freshdesk.com/api/#merge_tickets>
"""

from __future__ import annotations

import re
from typing import Final

from monitor.opinion.foreign_ticket import Aside

READ: Final = 1000
"""So many signs from its beginning are looked at."""
_AWAY: Final = re.compile(r"\bmerged into (?:ticket|request) #?\d", re.IGNORECASE)
_HERE: Final = re.compile(
    r"#?\d+\b.{0,300}\bmerged into this (?:ticket|request)\b|\A\s*merged from (?:ticket|request) #?\d",
    re.IGNORECASE | re.DOTALL,
)


def merge_told(text: object) -> Aside | None:
    """Return which end of a merge a note tells of, if it does."""
    words = text[:READ] if isinstance(text, str) else ""
    if _AWAY.search(words):
        return Aside.MERGED_AWAY
    return Aside.MERGED_HERE if _HERE.search(words) else None
