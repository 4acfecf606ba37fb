"""`manage.py import_messages FILE`: bring a log of messages in as history."""

from __future__ import annotations

import os
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk import spreadsheet
from helpdesk.access import security_log
from helpdesk.database.instant import database_now
from helpdesk.intake.caller_path import from_caller
from helpdesk.intake.log_import import OVER_AFTER, ImportCounts, LogImport, batches
from helpdesk.intake.log_text import NotAMessageLog
from helpdesk.intake.message_log import LoggedConversation, RefusedLine, read
from helpdesk.models import Environment, Queue, SecurityEventKind, Store
from helpdesk.models.alike_names import folded

OWN_STORE = "Imported messages"
MOST_DAYS = 36_500
SOME_ASIDE = 3
"""How the command ends where lines were set aside; 1 says that nothing came in at all."""


class Command(BaseCommand):
    help = "Import a CSV log of messages, plain or gzip, with the messages' own times. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=from_caller)
        parser.add_argument("--store", help=f"its name; without it “{OWN_STORE}”, made where there is none")
        parser.add_argument("--make-store", action="store_true", help="make the store where there is none")
        parser.add_argument(
            "--authors-are-ids",
            action="store_true",
            help="the same author is the same customer, also in the store",
        )
        parser.add_argument(
            "--environment",
            choices=Environment.values,
            help="the store's; of one made here live, unless told",
        )
        parser.add_argument(
            "--silent-for",
            type=_days,
            default=OVER_AFTER / timedelta(days=1),
            metavar="DAYS",
            help="resolve what has been silent for so long, unless the column `status` says how it stands (14)",
        )
        parser.add_argument("--keep-open", action="store_true", help="resolve nothing that the log does not")
        parser.add_argument(
            "--errors", type=from_caller, help="where to list the lines set aside (FILE.errors.csv)"
        )

    def handle(self, *args: object, **options: Any) -> None:
        try:
            conversations, aside = read(options["file"])
        except (OSError, NotAMessageLog) as error:
            raise CommandError(str(error)) from error
        errors = options["errors"] or from_caller(f"{options['file'].name}.errors.csv")
        _refuse_unwritable(errors)
        over_after = None if options["keep_open"] else timedelta(days=options["silent_for"])
        with transaction.atomic():
            store = _store(options["store"], options["environment"], make=options["make_store"])
        security_log.record_on_server(SecurityEventKind.SET_UP_CHANGED, what="import", store=store.pk)
        how = {"over_after": over_after, "authors_are_ids": options["authors_are_ids"]}
        imported = self._import(conversations, LogImport(store, now=database_now(), **how))
        imported.aside = sorted(aside + imported.aside, key=lambda each: each.number)
        self._report(imported, errors)

    def _import(self, conversations: list[LoggedConversation], importing: LogImport) -> ImportCounts:
        done = 0
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
        named = imported.aside + imported.misdated + imported.differing + imported.noticed
        if named:
            _list(sorted(named, key=lambda each: each.number), errors)
        self._say_what_to_look_at(imported, errors)
        if imported.aside:
            told = _("%(aside)d lines set aside; %(errors)s says why")
            nothing = not imported.messages and not imported.known
            raise CommandError(
                told % {"aside": len(imported.aside), "errors": errors},
                returncode=1 if nothing else SOME_ASIDE,
            )

    def _say_what_to_look_at(self, imported: ImportCounts, errors: Path) -> None:
        told = {
            "differing": _("%(number)d lines were known before with another text; %(errors)s names them"),
            "misdated": _("%(number)d answers are dated before what they answer; %(errors)s names them"),
            "noticed": _("%(number)d lines were taken otherwise than they say; %(errors)s says how"),
        }
        for name, said in told.items():
            if lines := getattr(imported, name):
                self.stdout.write(said % {"number": len(lines), "errors": errors})


def _days(text: str) -> float:
    try:
        days = float(text)
    except ValueError:
        days = -1
    if not 0 <= days <= MOST_DAYS:
        raise ArgumentTypeError(_("a number of days from 0 to %d") % MOST_DAYS)
    return days


def _refuse_unwritable(path: Path) -> None:
    """Refuse a place for the lines set aside where nothing can be written, before anything is imported."""
    if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        raise CommandError(_("Nothing can be written to %s.") % path)


def _store(name: str | None, environment: str | None, *, make: bool) -> Store:
    """Return the store that is meant; raises `CommandError` where that is not one, or is of another environment."""
    called = _visible(OWN_STORE if name is None else name)
    found = [one for one in Store.objects.order_by("pk") if folded(one.name) == folded(called)]
    meant = [one for one in found if environment in (None, one.environment)]
    if len(meant) > 1:
        raise CommandError(_("Several stores are called “%s”: say of which --environment.") % called)
    if meant:
        return meant[0]
    if name is not None and not make:
        raise CommandError(_no_such_store(called, environment, found))
    queue = Queue.objects.all().named_or_made(called)
    return Store.objects.create(name=called, environment=environment or Environment.LIVE, default_queue=queue)


def _no_such_store(called: str, environment: str | None, found: Iterable[Store]) -> str:
    for other in found:
        said = _("The store “%(store)s” is %(is)s, and not %(asked)s. With --make-store another is made.")
        return said % {"store": called, "is": other.environment, "asked": environment}
    return _("There is no store “%s”. With --make-store it is made.") % called


def _visible(name: str) -> str:
    """Return the name as a store can have it."""
    try:
        return str(Store._meta.get_field("name").clean(name, None))  # noqa: SLF001  # public, says Django
    except ValidationError as error:
        raise CommandError("--store: " + " ".join(error.messages)) from error


def _list(aside: list[RefusedLine], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = ((each.number, each.ticket_id, each.message_id, each.reason) for each in aside)
        spreadsheet.write(file, ("line", "ticket_id", "message_id", "reason"), rows)
