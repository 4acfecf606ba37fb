"""`manage.py hold`: say that this database is a copy, as a snapshot of its disk is."""

from __future__ import annotations

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.access import set_up_trace
from helpdesk.database.instant import database_now
from helpdesk.outbox import copied_database


class Command(BaseCommand):
    help = "Give no number that may have been given, and let nothing leave, until manage.py release."
    requires_system_checks = ()

    def handle(self, *args: object, **options: object) -> None:
        with transaction.atomic():
            copied_database.hold(now=database_now())
            set_up_trace.note_done_on_server("hold", what="held")
        self.stdout.write(_("Nothing leaves until manage.py release."))
