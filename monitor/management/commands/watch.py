"""`manage.py watch`: be the watchman until told to stop."""

from __future__ import annotations

import signal
from threading import Event
from types import FrameType

from django.core.management.base import BaseCommand

from monitor.watch.doorbell import Doorbell
from monitor.watch.watch import Watch


class Command(BaseCommand):
    help = "Sleep until the next alarm, ring Celery, and flag what is still due a moment later. Run one."
    requires_system_checks = ()  # they read every page and route, which it would carry about for ever

    def handle(self, *args: object, **options: object) -> None:
        over = Event()

        def stop(signum: int, frame: FrameType | None) -> None:
            over.set()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        Watch(doorbell=Doorbell(), is_over=over.is_set).keep()
