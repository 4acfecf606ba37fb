"""`manage.py watch`: be the watchman until told to stop."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from helpdesk.termination import told_to_stop
from monitor.watch.doorbell import Doorbell
from monitor.watch.watch import Watch


class Command(BaseCommand):
    help = "Sleep until the next alarm, ring Celery, and flag what is still due a moment later. Run one."
    requires_system_checks = ()  # they read every page and route, which it would carry about for ever

    def handle(self, *args: object, **options: object) -> None:
        Watch(doorbell=Doorbell(), is_over=told_to_stop().is_set).keep()
