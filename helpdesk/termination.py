"""Processes that go on until they are told to stop, as an init system or a terminal does."""

from __future__ import annotations

import signal
from threading import Event
from types import FrameType


def told_to_stop() -> Event:
    """Return what is set once this process is asked to end; for its main thread."""
    over = Event()

    def stop(signum: int, frame: FrameType | None) -> None:
        over.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return over
