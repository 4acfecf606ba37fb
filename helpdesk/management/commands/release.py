"""`manage.py release`: let out what is held since the database was put back or copied."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.access import set_up_trace
from helpdesk.database.instant import database_now
from helpdesk.mail.leaving import copied_replies
from helpdesk.outbox import copied_database


class Command(BaseCommand):
    help = "Let everything leave again that is held since the database was put back or copied."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--give-up", action="store_true", help="all but what waited already at that time")

    def handle(self, *args: object, **options: Any) -> None:
        if copied_database.held_since() is None:
            self.stdout.write(_("Nothing is held."))
            return
        with transaction.atomic():
            set_up_trace.note_done_on_server("hold", what="released")
            waited = copied_replies.release(give_up=options["give_up"], now=database_now())
        self.stdout.write(_given_up(waited) if options["give_up"] else _left(waited))


def _given_up(number: int) -> str:
    return ngettext("%d delivery is given up.", "%d deliveries are given up.", number) % number


def _left(number: int) -> str:
    return ngettext("%d delivery leaves now.", "%d deliveries leave now.", number) % number
