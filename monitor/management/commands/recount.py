"""`manage.py recount [--check]`: hold stored clocks against what replay says."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from helpdesk.database.instant import database_now
from helpdesk.models import TicketEvent
from monitor.relay import recount, relay
from monitor.relay.zone_data import zone_data


class Command(BaseCommand):
    help = "Replay live tickets and repair what has drifted; --check only reports, and exits 1 on drift."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="report drift, write nothing")
        parser.add_argument("--all", action="store_true", help="ended tickets too")
        parser.add_argument("--retry", action="store_true", help="let events that were set aside wait again")

    def handle(self, *args: object, **options: Any) -> None:
        if options["retry"]:
            retried = relay.retry(TicketEvent.objects.set_aside())
            self.stdout.write(_("%d events wait again") % retried)
        done = drifted = 0
        for ids in recount.chunks(everything=options["all"]):
            drifted += self._look(ids, repair=not options["check"])
            done += len(ids)
            self.stderr.write(_("%d tickets") % done, ending="\r")
        self.stderr.write("")
        self.stdout.write(
            _("%(done)d tickets looked at, %(drifted)d differences") % {"done": done, "drifted": drifted}
        )
        self.stdout.write(_("zone data %s") % zone_data())
        if drifted and options["check"]:
            raise SystemExit(1)

    def _look(self, ids: list[int], *, repair: bool) -> int:
        now = database_now()
        drifts = recount.check(ids, now=now)
        for drift in drifts:
            self.stdout.write(_("ticket %(id)d: %(what)s") % {"id": drift.ticket_id, "what": drift.what})
        if drifts and repair:
            recount.repair(sorted({drift.ticket_id for drift in drifts}), now=now)
        return len(drifts)
