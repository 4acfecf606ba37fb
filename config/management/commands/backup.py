"""`manage.py backup FILE`: write the database and its files to one file."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.backup import backup_file
from config.backup.postgres_programs import NoPrograms
from helpdesk.access import security_log
from helpdesk.intake.caller_path import from_caller
from helpdesk.models import SecurityEventKind


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Write the whole database and the files on messages to one file, while everything runs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=from_caller)

    def handle(self, *args: object, **options: Any) -> None:
        try:
            backup_file.backup(options["file"])
        except (NoPrograms, backup_file.ProgramFailed, OSError) as reason:
            raise CommandError(str(reason)) from reason
        security_log.record_on_server(SecurityEventKind.EXPORTED, what="backup")
