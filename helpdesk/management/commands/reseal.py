"""`manage.py reseal`: close every secret under the newest key of `ATTEND_SECRET_KEYS`."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.access import second_factor, set_up_trace
from helpdesk.secrets import resealing


class Command(BaseCommand):
    help = "Close every secret under the newest key; then older keys may go. Safe to repeat."

    def handle(self, *args: object, **options: object) -> None:
        with transaction.atomic():
            done = resealing.reseal_all()
            second_factor.reseal(done)
            if done.changed:
                set_up_trace.note_done_on_server("secrets", what="resealed")
        self.stdout.write(
            _("Closed anew: %(changed)d. Closed by the newest key before: %(kept)d.") % vars(done)
        )
        if done.shut:
            told = _(
                "No key here opens these. Keep older keys until you find theirs, or enter them again: %s"
            )
            raise CommandError(told % ", ".join(done.shut))
