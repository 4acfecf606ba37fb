"""The outbox at work: what its task calls."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from helpdesk.outbox import copied_database
from helpdesk.outbox.attempts import attempt
from helpdesk.outbox.claims import claim, give_up_old
from helpdesk.outbox.dated_ahead import pull_back
from helpdesk.outbox.settlement import settle


def send_due(*, clock: Callable[[], datetime], seconds: float) -> int:
    """Attempt what is due, one after another, until nothing is or so many seconds are over; return how many.

    The last attempt may end `DEADLINE` later, that of a mail `HANDING_OVER` after that. Safe to run side by side: each
    claim is another's. Of a database that was copied nothing leaves, and nothing is given up, until somebody has
    looked.
    """
    now = clock()
    if copied_database.look(now=now) is not None:
        return 0
    pull_back(now=now)
    give_up_old(now=now)
    until = time.monotonic() + seconds
    attempted = 0
    while time.monotonic() < until and (claimed := claim(now=clock())):
        settle(claimed, attempt(claimed, now=clock()), now=clock())
        attempted += 1
    return attempted
