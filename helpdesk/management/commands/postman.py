"""`manage.py postman`: fetch mail until told to stop."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from helpdesk.mail.fetching.postman import Postman
from helpdesk.termination import told_to_stop


class Command(BaseCommand):
    help = "Fetch what comes to the mailboxes, each as soon as its server tells of it. Run one."
    requires_system_checks = ()  # they read every page and route, which it would carry about for ever

    def handle(self, *args: object, **options: object) -> None:
        Postman(over=told_to_stop()).keep()
