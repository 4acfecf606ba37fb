"""`manage.py opinion`: hold another helpdesk's first reply times against ours, by an export of any size or an API."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from getpass import getpass
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.database.instant import database_now
from monitor.models import Calendar, ForeignVendor, Opinion, OpinionSource
from monitor.opinion import export_file, opinion_count, opinion_intake
from monitor.opinion.export_file import UnreadableExport
from monitor.opinion.opinion_figures import OpinionFigures, figures
from monitor.opinion.opinion_intake import TakenIn
from monitor.opinion.reading import account_reading, let_in, opinion_source
from monitor.opinion.reading.api_trouble import ReadingRefused, trouble_words
from monitor.opinion.reason_words import REASON_WORDS

DAYS: Final = 90


class Command(BaseCommand):
    help = (
        "Count the tickets of an export or an account, and say why first reply times differ. Safe to repeat."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, help="plain, gzip or zip; none: go on counting")
        parser.add_argument("--account", help="read it from this account, by a token: from standard input")
        parser.add_argument(
            "--token-in", metavar="VARIABLE", help="the environment's variable that has the token"
        )
        parser.add_argument(
            "--email", default="", help="of the agent whose API token or key it is; none for OAuth"
        )
        parser.add_argument("--into", type=int, metavar="NUMBER", help="an opinion that was begun before")
        vendors = ForeignVendor.values
        parser.add_argument(
            "--vendor", choices=vendors, default=vendors[0], help="whose export it is (zendesk)"
        )
        parser.add_argument("--days", type=int, default=DAYS, help="tickets made within so many days (90)")
        parser.add_argument("--calendar", help="whose hours count as open, by its name")
        parser.add_argument(
            "--robot", type=int, action="append", default=[], metavar="USER", help="a user who is a program"
        )

    def handle(self, *args: object, **options: Any) -> None:
        opinion = self._found(options["into"]) if options["into"] else self._begun(options)
        self.stdout.write(_("Opinion %d") % opinion.pk)
        if OpinionSource.objects.filter(opinion=opinion).exists():
            self._read(opinion, options)
        elif options["files"]:
            self._take_in(opinion, options["files"])
        elif opinion.told_until is None:
            raise CommandError(_("Its export was not read to the end: name it again."))
        self._count(opinion)
        for line in _lines(figures(opinion)):
            self.stdout.write(line)

    def _found(self, number: int) -> Opinion:
        found = Opinion.objects.filter(pk=number).first()
        if found is None:
            raise CommandError(_("There is no opinion %d.") % number)
        return found

    def _begun(self, options: dict[str, Any]) -> Opinion:
        now, name = database_now(), options["calendar"]
        if not options["files"] and not options["account"]:
            raise CommandError(_("Name an export, an account, or an opinion to go on with."))
        calendar = Calendar.objects.filter(name=name).first() if name else None
        if name and calendar is None:
            raise CommandError(_("There is no calendar “%s”.") % name)
        since = now - timedelta(days=options["days"])
        how: dict[str, Any] = {"calendar": calendar, "robots": options["robot"]}
        with transaction.atomic():
            opinion = opinion_intake.begin(vendor=options["vendor"], since=since, now=now, **how)
            if options["account"]:
                _let_in(opinion, options, now=now)
        return opinion

    def _read(self, opinion: Opinion, options: dict[str, Any]) -> None:
        """Read on, beside the workers where there are some, and rest where they ask for it."""
        if OpinionSource.objects.exclude(refused_at=None).filter(opinion=opinion).exists():
            _let_in_anew(opinion, options)
        for source in account_reading.read(opinion):
            trouble = trouble_words(source.trouble, source.trouble_detail)
            self.stderr.write(_("%d records read") % source.records + f"  {trouble}", ending="\r")
            _count_some(opinion)
        self.stderr.write("")
        refused = OpinionSource.objects.filter(opinion=opinion).exclude(refused_at=None).first()
        if refused is not None:
            raise CommandError(_stopped(refused))

    def _take_in(self, opinion: Opinion, files: Sequence[Path]) -> None:
        taken = TakenIn()
        try:
            for taken in opinion_intake.take_in(opinion, _lines_of(files), now=database_now()):
                self.stderr.write(_("%d tickets taken in") % taken.tickets, ending="\r")
        except UnreadableExport as error:
            told = _("%(why)s. What was read is kept: name the export again, whole, with --into %(number)d.")
            raise CommandError(told % {"why": error, "number": opinion.pk}) from error
        self.stderr.write("")
        told = _(
            "%(tickets)d tickets taken in, %(older)d made earlier left out, %(refused)d lines not readable"
        )
        counts = {"tickets": taken.tickets, "older": taken.older, "refused": taken.refused}
        self.stdout.write(told % counts)
        for number, why in taken.named:
            self.stdout.write(_("  line %(number)d: %(why)s") % {"number": number, "why": why})

    def _count(self, opinion: Opinion) -> None:
        done = 0
        while some := _count_some(opinion):
            done += some
            self.stderr.write(_("%d tickets counted") % done, ending="\r")
        self.stderr.write("")


def _stopped(source: OpinionSource) -> str:
    told = _("%(why)s What was read is kept: go on with --into %(number)d.")
    return told % {"why": trouble_words(source.trouble, source.trouble_detail), "number": source.pk}


def _let_in(opinion: Opinion, options: dict[str, Any], *, now: datetime) -> None:
    try:
        account = let_in.account_of(opinion.vendor, options["account"])
    except ReadingRefused as refused:
        raise CommandError(trouble_words(refused.trouble, "")) from refused
    opinion_source.begin(opinion, account=account, authorization=_authorization(opinion, options), now=now)


def _let_in_anew(opinion: Opinion, options: dict[str, Any]) -> None:
    with transaction.atomic():
        source = OpinionSource.objects.select_related("opinion").get(opinion=opinion)
        opinion_source.go_on(source, authorization=_authorization(opinion, options), now=database_now())


def _authorization(opinion: Opinion, options: dict[str, Any]) -> str:
    """Return what lets us in, by a token from the environment or standard input: arguments are seen by everybody."""
    token = (os.environ.get(options["token_in"], "") if options["token_in"] else _typed()).strip()
    if not let_in.is_token(token):
        raise CommandError(_("A token has letters, digits and signs, and no blanks."))
    return let_in.authorization(opinion.vendor, token, options["email"])


def _typed() -> str:
    return getpass(_("Token") + ": ") if sys.stdin.isatty() else sys.stdin.readline()


def _lines_of(files: Sequence[Path]) -> Iterator[bytes]:
    for path in files:
        try:
            file = path.open("rb")
        except OSError as error:
            raise UnreadableExport(str(error)) from error
        with file:
            yield from export_file.lines(file)


def _count_some(opinion: Opinion) -> int:
    with transaction.atomic():
        return opinion_count.count_some(opinion, now=database_now())


def _lines(found: OpinionFigures) -> Iterator[str]:
    """Yield the figures as lines of a terminal."""
    yield _("%(counted)d tickets counted, %(alike)d alike, %(differing)d differ") % {
        "counted": found.counted,
        "alike": found.alike,
        "differing": found.differing,
    }
    for reason, number in sorted(found.reasons.items(), key=lambda each: -each[1]):
        yield f"  {number:>7}  {REASON_WORDS[reason].name}"
