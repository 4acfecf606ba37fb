"""`manage.py rollup [--check|--rebuild]`: bring figures up to date, hold them against clocks, or make them anew."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.database.instant import database_now
from helpdesk.database.one_instant import one_instant
from monitor.models import RollupEdition
from monitor.reports.rollup import rebuild_job, rollup_check, uncounted_tickets
from monitor.reports.rollup.cell_counts import RULES


class Command(BaseCommand):
    help = "Fold what has changed into the figures; --check reports drift, and exits 1; --rebuild asks for a job."

    def add_arguments(self, parser: ArgumentParser) -> None:
        either = parser.add_mutually_exclusive_group()
        either.add_argument("--check", action="store_true", help="hold the figures against the clocks")
        either.add_argument("--rebuild", action="store_true", help="have the workers make all figures anew")

    def handle(self, *args: object, **options: Any) -> None:
        if options["check"]:
            self._check()
        elif options["rebuild"]:
            job = rebuild_job.ask(now=database_now())
            self.stdout.write(_("job %d makes all figures anew") % job.pk)
        else:
            self._fold()

    def _fold(self) -> None:
        with transaction.atomic():
            uncounted_tickets.mark_all()
        folded = 0
        while taken := self._fold_some():
            folded += taken
        self.stdout.write(_("%d changes folded") % folded)

    def _fold_some(self) -> int:
        with transaction.atomic():
            return rebuild_job.catch_up(now=database_now())

    def _check(self) -> None:
        with one_instant():
            edition = RollupEdition.objects.shown(rules=RULES)
            astray = [] if edition is None else list(rollup_check.astray(edition))
        for line in astray:
            self.stdout.write(line)
        self.stdout.write(_("%d differences") % len(astray) if edition else _("there are no figures yet"))
        if astray or edition is None:
            raise SystemExit(1)
