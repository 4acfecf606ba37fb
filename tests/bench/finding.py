"""Making tickets findable once a second, by the task of the worker for it: `python -m tests.bench.finding`."""

from __future__ import annotations

import time

import django


def main() -> None:
    """Go on until the process is ended."""
    from helpdesk.tasks import write_search_rows

    while True:
        write_search_rows()
        time.sleep(1)


if __name__ == "__main__":
    django.setup()
    main()
