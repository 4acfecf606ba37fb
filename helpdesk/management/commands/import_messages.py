"""`manage.py import_messages FILE`: bring a log of messages in as history."""

from __future__ import annotations

import csv
import zlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from helpdesk.database.instant import database_now
from helpdesk.intake.log_import import ImportCounts, LogImport, batches
from helpdesk.intake.message_log import LoggedConversation, NotAMessageLog, RefusedLine, read
from helpdesk.models import Environment, Queue, Store


class Command(BaseCommand):
    help = "Import a CSV log of messages, plain or gzip, with the messages' own times. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--store", default="Imported messages", help="its name; made where there is none")
        parser.add_argument(
            "--environment", default=Environment.LIVE, choices=Environment.values, help="of a store made here"
        )
        parser.add_argument("--errors", type=Path, help="where to list the lines set aside (FILE.errors.csv)")

    def handle(self, *args: object, **options: Any) -> None:
        try:
            conversations, aside = read(options["file"])
        except (OSError, NotAMessageLog, EOFError, zlib.error) as error:
            raise CommandError(str(error)) from error
        imported = self._import(conversations, _store(options["store"], options["environment"]))
        imported.aside = sorted(aside + imported.aside, key=lambda each: each.number)
        self._report(imported, options["errors"] or Path(f"{options['file'].name}.errors.csv"))

    def _import(self, conversations: list[LoggedConversation], store: Store) -> ImportCounts:
        importing, done = LogImport(store, now=database_now()), 0
        for batch in batches(conversations):
            importing.bring_in(batch)
            done += len(batch)
            self.stderr.write(
                _("%(done)d of %(all)d tickets") % {"done": done, "all": len(conversations)}, ending="\r"
            )
        self.stderr.write("")
        return importing.imported

    def _report(self, imported: ImportCounts, errors: Path) -> None:
        self.stdout.write(
            _("%(tickets)d tickets and %(messages)d messages imported, %(known)d messages known before")
            % {"tickets": imported.tickets, "messages": imported.messages, "known": imported.known}
        )
        if imported.aside:
            _list(imported.aside, errors)
            self.stdout.write(
                _("%(aside)d lines set aside; %(errors)s says why")
                % {"aside": len(imported.aside), "errors": errors}
            )


def _store(name: str, environment: str) -> Store:
    found = Store.objects.filter(name=name).first()
    if found:
        return found
    queue, _created = Queue.objects.get_or_create(name=name)
    return Store.objects.create(name=name, environment=environment, default_queue=queue)


def _list(aside: list[RefusedLine], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["line", "ticket_id", "message_id", "reason"])
        writer.writerows([each.number, each.ticket_id, each.message_id, each.reason] for each in aside)
