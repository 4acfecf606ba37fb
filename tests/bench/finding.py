"""Making tickets findable once a second, as the worker for it does: `python -m tests.bench.finding`."""

from __future__ import annotations

import time
from typing import Final

import django
from django.db import transaction

AT_A_TIME: Final = 100
PAUSE: Final = 1.0


def main() -> None:
    """Go on until the process is ended."""
    from helpdesk.search import search_rows

    while True:
        with transaction.atomic():
            is_behind = search_rows.catch_up(limit=AT_A_TIME) == AT_A_TIME
        if not is_behind:
            time.sleep(PAUSE)


if __name__ == "__main__":
    django.setup()
    main()
