"""`manage.py explain T-…`: why a ticket's clocks, flags and place in the queue stand where they stand."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from helpdesk.database.instant import database_now
from helpdesk.models import Ticket
from helpdesk.models.reference import parse
from monitor.models.stretches import Stretches
from monitor.relay import explanation
from monitor.relay.explanation import ComparedClock, ComparedFlag, ComparedValue, TicketExplanation, ToldEvent

WIDTH: Final = 120
NAME: Final = 26
SIDE: Final = 44
"""Columns that a name has, and what replay says; the rest is for what is stored."""

NOTHING: Final = (None, "")
UNKNOWN: Final = 2
"""The exit code where there is no such ticket; 1 says that something differs."""


class Command(BaseCommand):
    help = "Show a ticket's events, what replay says and what is stored; exits 1 where they differ. UTC."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("reference", help="the ticket's, as people see it")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: object, **options: Any) -> None:
        reference = parse(options["reference"]) or options["reference"].upper()
        ticket = Ticket.objects.filter(reference=reference).first()
        if ticket is None:
            raise CommandError(_("There is no ticket %s.") % reference, returncode=UNKNOWN)
        explained = explanation.explain(ticket, now=database_now())
        written = msgspec.json.format(msgspec.json.encode(explained), indent=1).decode()
        self.stdout.write(written if options["json"] else "\n".join(lines(explained)))
        if explained.drifted:
            raise SystemExit(1)


def lines(explained: TicketExplanation) -> Iterator[str]:
    """Yield the explanation as lines of a terminal; what differs begins with an exclamation mark."""
    yield f"{explained.reference}  {in_utc(explained.now)}"
    yield from ("", _("Events"), *(_event(event) for event in explained.events))
    for clock in explained.clocks:
        yield from ("", _title(clock), *_values(clock.values))
    yield from ("", _side_by_side(_("Flags"), _("replayed"), _("stored")), *map(_flag, explained.flags))
    yield from ("", _side_by_side(_("Queue"), _("replayed"), _("stored")), *_values(explained.place))
    yield from ("", *(f"! {what}" for what in explained.drifted))
    if not explained.drifted:
        yield _("Nothing differs.")


def _event(event: ToldEvent) -> str:
    payload = json.dumps(event.payload, ensure_ascii=False, sort_keys=True)
    return _cut(f"  {event.seq:>4}  {in_utc(event.occurred_at)}  {event.counted:<9}  {event.kind}  {payload}")


def _title(clock: ComparedClock) -> str:
    name = f"{clock.metric} #{clock.start_seq}"
    return _side_by_side(name, _("replayed"), _("superseded") if clock.superseded else _("stored"))


def _values(values: Iterable[ComparedValue]) -> Iterator[str]:
    """Yield what at least one side says."""
    for value in values:
        if value.replayed not in NOTHING or value.stored not in NOTHING:
            yield _side_by_side(value.name, _say(value.replayed), _say(value.stored), differs=value.differs)


def _flag(flag: ComparedFlag) -> str:
    instant = flag.raised_at
    stored = f"{_say(instant.stored)} {flag.noticed_by} {flag.why}".strip()
    name = f"{flag.metric} {flag.level}"
    return _side_by_side(name, _say(instant.replayed), stored, differs=instant.differs)


def _side_by_side(name: str, replayed: str, stored: str, *, differs: bool = False) -> str:
    mark = "!" if differs else " "
    return _cut(f"{mark} {name:<{NAME}}{replayed:<{SIDE}}{stored}")


def _cut(line: str) -> str:
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"


def _say(value: object) -> str:
    if isinstance(value, datetime):
        return in_utc(value)
    if isinstance(value, Stretches):
        return ", ".join(f"{in_utc(start)}/{in_utc(end)}" for start, end in value)
    return str(value) if value not in NOTHING else "-"


def in_utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}Z"
