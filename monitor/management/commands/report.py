"""`manage.py report first-response`: how long people wait, counting those who still do."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from helpdesk.database.instant import database_now
from helpdesk.input.visible_text import one_line
from helpdesk.models import Environment, Store
from monitor.measure.survival import MoreThan, Never, Percentile
from monitor.models import Clock
from monitor.reports import response_figures
from monitor.reports.part_words import PART_WORDS
from monitor.reports.response_figures import FirstWait, ResponseFigures
from monitor.reports.wait_parts import REST


class Command(BaseCommand):
    help = "Print a report. Times are in seconds on the customer's clock, nights and weekends included."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("report", choices=["first-response"])
        parser.add_argument("--environment", default=Environment.LIVE, choices=Environment.values)
        parser.add_argument("--store", help="its name")
        parser.add_argument("--tickets", action="store_true", help="one row per ticket as well")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: object, **options: Any) -> None:
        clocks = Clock.objects.filter(ticket__store__environment=options["environment"])
        if options["store"]:
            clocks = clocks.filter(ticket__store__in=_stores(options["store"], options["environment"]))
        waits = response_figures.waits(clocks, now=database_now())
        responses = response_figures.first_response(waits)
        write = self._write_json if options["json"] else self._write_text
        write(responses, waits if options["tickets"] else None)

    def _write_json(self, responses: ResponseFigures, waits: list[FirstWait] | None) -> None:
        told = responses.as_json()
        if waits is not None:
            told["tickets"] = [_as_json(wait) for wait in waits]
        self.stdout.write(json.dumps(told, indent=1))

    def _write_text(self, responses: ResponseFigures, waits: list[FirstWait] | None) -> None:
        self.stdout.write(
            _("%(n)d asked, %(answered)d answered, %(waiting)d waiting, %(never_answered)d never answered")
            % responses.as_json()
        )
        for part in REST:
            if count := responses.parts[part]:
                self.stdout.write(f"{count} {PART_WORDS[part]}")
        self._write_percentile(_("half waited at most"), responses.p50, responses.naive_p50)
        self._write_percentile(_("nine in ten waited at most"), responses.p90, responses.naive_p90)
        told = {"mean": _said(responses.naive_mean)}
        self.stdout.write(_("mean of the answered alone, as most helpdesks show it: %(mean)s") % told)
        for wait in waits or ():
            seconds = f"{wait.seconds:g}" if wait.part == "answered" else "-"
            words = (one_line(wait.external_id or wait.reference), seconds, wait.told_outcome)
            self.stdout.write("\t".join(words))

    def _write_percentile(self, name: str, honest: Percentile, naive: Percentile) -> None:
        self.stdout.write(
            _("%(name)s %(honest)s, counting those still waiting (%(naive)s among the answered alone)")
            % {"name": name, "honest": _said(honest), "naive": _said(naive)}
        )


def _stores(name: str, environment: str) -> QuerySet[Store]:
    """Return the store of this name; raises `CommandError` where there is none."""
    found = Store.objects.in_environment(environment).filter(name=name)
    if not found.exists():
        told = _("There is no %(environment)s store “%(store)s”.")
        raise CommandError(told % {"environment": environment, "store": name})
    return found


def _as_json(wait: FirstWait) -> dict[str, object]:
    return {
        "external_id": wait.external_id,
        "reference": wait.reference,
        "first_response_seconds": wait.seconds if wait.part == "answered" else None,
        "outcome": wait.told_outcome,
    }


def _said(seconds: Percentile) -> str:
    if seconds is None:
        return "-"
    if isinstance(seconds, MoreThan):
        return _("more than %d s so far") % seconds.seconds
    if isinstance(seconds, Never):
        return _("never (%d)") % seconds.people
    return _("%d s") % seconds
