"""`manage.py replay FILE --url … --key …`: play a message log through the API as if it happened now."""

from __future__ import annotations

import time
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

import urllib3
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from helpdesk.database.instant import database_now
from helpdesk.demo.client import ApiClient, ApiRefused
from helpdesk.intake.caller_path import from_caller
from helpdesk.intake.log_text import NotAMessageLog
from helpdesk.intake.message_log import read
from helpdesk.intake.playback import PlaybackRequest, request_of, score

FOR_ALL = {"no-key", "scope-missing", "not-a-member"}
"""Problems that every other request would have too."""


class Command(BaseCommand):
    help = (
        "Play a CSV log of messages through the HTTP API, --speed times as fast as it happened. Each ticket is"
        " dated back by as long as its first answer took, so that what was late then is flagged now."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=from_caller)
        parser.add_argument("--speed", type=_speed, default=3600.0, help="log seconds per second (3600)")
        parser.add_argument("--url", default="http://127.0.0.1:8000")
        parser.add_argument("--key", required=True, help="an API key with the scopes write and act")
        parser.add_argument("--agent", default="mira@demo.example", help="who speaks for the log's staff")
        parser.add_argument("--tickets", type=int, help="play only the first so many")

    def handle(self, *args: object, **options: Any) -> None:
        try:
            conversations, _aside = read(options["file"])
        except (OSError, NotAMessageLog) as error:
            raise CommandError(str(error)) from error
        cues = score(conversations[: options["tickets"]], start=database_now(), speed=options["speed"])
        self.client = ApiClient(options["url"], options["key"])
        self.references: dict[str, str] = {}
        sent = self._play(cues, agent=options["agent"])
        self.stdout.write(
            _("%(sent)d messages sent, %(left_out)d left out") % {"sent": sent, "left_out": len(cues) - sent}
        )

    def _play(self, cues: list[PlaybackRequest], *, agent: str) -> int:
        sent = 0
        for done, cue in enumerate(cues, 1):
            time.sleep(max((cue.at - database_now()).total_seconds(), 0))
            sent += self._try(cue, agent=agent)
            self.stderr.write(
                _("%(done)d of %(all)d messages") % {"done": done, "all": len(cues)}, ending="\r"
            )
        self.stderr.write("")
        return sent

    def _try(self, cue: PlaybackRequest, *, agent: str) -> bool:
        """Send one message; false where it, or the ticket it belongs to, is refused. What is refused is told."""
        try:
            return self._send(cue, agent=agent)
        except ApiRefused as problem:
            if problem.code in FOR_ALL:
                raise CommandError(str(problem)) from problem
            told = {"number": cue.line.number, "problem": problem}
            self.stderr.write(_("line %(number)d: %(problem)s") % told)
            return False
        except urllib3.exceptions.HTTPError as error:
            raise CommandError(_("Nobody answers at %s") % self.client.base) from error

    def _send(self, cue: PlaybackRequest, *, agent: str) -> bool:
        """Send one message; false where its ticket was refused."""
        body = request_of(cue, agent=agent)
        if cue.opens:
            self.references[cue.line.ticket_id] = self.client.send("POST", "/tickets", body)["reference"]
            return True
        reference = self.references.get(cue.line.ticket_id)
        if reference is not None:
            self.client.send("POST", f"/tickets/{reference}/messages", body)
        return reference is not None


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = 0
    if not 1 <= speed < float("inf"):
        raise ArgumentTypeError("a number from 1 on")
    return speed
