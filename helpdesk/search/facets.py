"""What a search is narrowed by, kept as words among a ticket's words: no text has a slash in one.

So one index answers for both, and a narrow question costs less than a wide one. A ticket's age is in it six times, in
steps from some thousand to some hundred thousand tickets: whoever wants the newest of a common word reads these alone.
"""

from __future__ import annotations

from datetime import date
from typing import Final

STEPS: Final = (12, 14, 15, 16, 17, 18)
"""Steps of age, as powers of two of ticket ids: 4,096 to 262,144."""
LONGEST_SPAN: Final = 36
"""Months that are asked for by name; a longer time is not narrowed by the index."""


def of_store(store_id: int) -> str:
    return f"/s{store_id}"


def of_queue(queue_id: int) -> str:
    return f"/q{queue_id}"


def of_environment(environment: str) -> str:
    return f"/e{environment}"


def of_status(status: str) -> str:
    return f"/t{status}"


def of_month(day: date) -> str:
    return f"/m{day:%Y%m}"


def of_age(ticket_id: int) -> list[str]:
    return [_in_step(ticket_id, step) for step in STEPS]


def newest(latest_id: int, step: int) -> list[str]:
    """Return the facets of the newest tickets: those of the last step, and of the one before it."""
    return [_in_step(max(0, latest_id - back), step) for back in (0, 1 << step)]


def number_of_newest(latest_id: int, step: int) -> int:
    """Return how many tickets `newest` stands for."""
    return (1 << step) + latest_id % (1 << step) + 1


def _in_step(ticket_id: int, step: int) -> str:
    return f"/a{step}.{ticket_id >> step}"


def months(first: date, last: date) -> list[str]:
    """Return the facets of the months from one day to another; none where they are too many, or none."""
    begins, ends = (day.year * 12 + day.month - 1 for day in (first, last))
    if not 0 <= ends - begins < LONGEST_SPAN:
        return []
    return [of_month(date(month // 12, month % 12 + 1, 1)) for month in range(begins, ends + 1)]
