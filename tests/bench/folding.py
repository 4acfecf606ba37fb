"""Bringing figures up to date as often as beat rings, by the task of the worker: `python -m tests.bench.folding`."""

from __future__ import annotations

import time

import django


def main() -> None:
    """Go on until the process is ended."""
    from config.celery import SCHEDULE
    from monitor.tasks import roll_up

    _queue, seconds = SCHEDULE[roll_up.name]
    while True:
        began = time.monotonic()
        roll_up()
        time.sleep(max(began + seconds - time.monotonic(), 0))


if __name__ == "__main__":
    django.setup()
    main()
