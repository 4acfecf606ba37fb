"""`manage.py postman`: fetch mail until told to stop."""

from __future__ import annotations

import signal
from threading import Event
from types import FrameType

from django.core.management.base import BaseCommand

from helpdesk.mail.fetching.postman import Postman


class Command(BaseCommand):
    help = "Fetch what comes to the mailboxes, each as soon as its server tells of it. Run one."
    requires_system_checks = ()  # they read every page and route, which it would carry about for ever

    def handle(self, *args: object, **options: object) -> None:
        over = Event()

        def stop(signum: int, frame: FrameType | None) -> None:
            over.set()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        Postman(over=over).keep()
