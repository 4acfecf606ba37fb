"""`manage.py restore FILE [--yes]`: put a backup in the place of the database and its files."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.backup import backup_file
from config.backup.confirmation import NobodyToAsk, confirmed
from config.backup.postgres_programs import NoPrograms
from helpdesk.access import set_up_trace
from helpdesk.intake.caller_path import from_caller

HELD = (
    "What waits to be sent is held until somebody has looked: on the page that the banner leads to, "
    "or with manage.py release."
)


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Put a backup in the place of everything in the database and its files, wholly or not at all; asks first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=from_caller)
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: object, **options: Any) -> None:
        file = options["file"]
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        try:
            if confirmed(
                "This replaces everything in the database, and its files.", beforehand=options["yes"]
            ):
                backup_file.restore(file)
                set_up_trace.note_done_on_server("database", what="restored")
                self.stdout.write(HELD)
        except (NobodyToAsk, NoPrograms, backup_file.NoBackup, backup_file.ProgramFailed) as reason:
            raise CommandError(str(reason)) from reason
