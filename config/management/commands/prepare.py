"""`manage.py prepare`: what has to be so before anybody is served. Safe to repeat; quick when all is so already."""

from __future__ import annotations

import hashlib
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand

from config import exposure
from helpdesk.access import first_admin
from helpdesk.database import letters
from helpdesk.database.instant import database_now
from helpdesk.demo.welcome import welcome
from helpdesk.models import Agent
from helpdesk.outbox import copied_database
from monitor.relay import zone_change

NOT_SERVED = ["redoc"]
"""Static files of other packages that no page of ours asks for."""
DEMO_IS_SHUT = (
    "There was a demo here. Its logins and keys, which everybody knows, open nothing while it is off."
)
NO_ADMIN = (
    f"There is no admin yet. Make the first one: {first_admin.UNDER_DEV} "
    f"(as a service: .venv/bin/python {first_admin.COMMAND})"
)
PROXY_IS_UNNAMED = (
    "People come by a proxy, and ATTEND_PROXIES names none: to the limits on guessing all of them are one address. "
    "Set ATTEND_PROXIES=127.0.0.1 where the proxy runs on this machine."
)


class Command(BaseCommand):
    requires_system_checks = ()  # ./dev check makes them; here they would cost a second of every start
    help = "Compile messages, migrate, seed what is missing, collect static files; print what a newcomer is told."

    def handle(self, *args: object, **options: object) -> None:
        close_to_others(settings.VAR)
        compile_messages(settings.LOCALE_PATHS)
        refuse_unknown_letters()
        call_command("migrate", verbosity=0, interactive=False)
        copied_database.look(now=database_now())
        refuse_open_demo()
        call_command("seed")
        zone_change.heed(now=database_now())
        collect_static(settings.STATIC_ROOT)
        if settings.ATTEND_DEMO:
            self.stdout.write(welcome(settings.PUBLIC_URL))
        elif Agent.objects.filter(is_demo=True).exists():
            self.stdout.write(DEMO_IS_SHUT)
        if first_admin.is_missing():
            self.stdout.write(NO_ADMIN)
        if exposure.unnamed_proxy():
            self.stdout.write(PROXY_IS_UNNAMED)


def close_to_others(var: Path) -> None:
    """Close what was written there before our files were closed to others from the start."""
    for place in (var / "mail", var / "log"):
        if place.is_dir():
            place.chmod(0o700)


def compile_messages(directories: list[Path]) -> None:
    """Turn catalogues into what gettext reads, without gettext's own tools."""
    for directory in directories:
        for source in directory.glob("*/LC_MESSAGES/*.po"):
            compiled = source.with_suffix(".mo")
            if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
                continue
            with source.open("rb") as catalogue, compiled.open("wb") as target:
                write_mo(target, read_po(catalogue))


def refuse_unknown_letters() -> None:
    """Raise CommandError where the database tells no letters but those of English."""
    if sentence := letters.unknown_letters():
        raise CommandError(sentence)


def refuse_open_demo() -> None:
    """Raise CommandError where a demo is wanted whose logins, which everybody knows, people elsewhere could use."""
    if settings.ATTEND_DEMO and not settings.ON_LOOPBACK:
        raise CommandError(
            f"The demo's logins are known to all, and HOST={settings.HOST} or {settings.PUBLIC_URL} can be reached "
            "from elsewhere. Listen on 127.0.0.1 without ATTEND_URL, or set ATTEND_DEMO=0."
        )


def collect_static(root: Path) -> None:
    """Collect and hash the static files, unless those collected last are still the same."""
    state = _state_of_sources()
    mark = root / "collected"
    if mark.exists() and mark.read_text() == state:
        return
    call_command(
        "collectstatic", interactive=False, verbosity=0, clear=root.exists(), ignore_patterns=NOT_SERVED
    )
    mark.write_text(state)


def _state_of_sources() -> str:
    """Return a digest of which static files there are, and when each was changed."""
    files = sorted(
        f"{path} {Path(storage.path(path)).stat().st_mtime_ns}"
        for finder in get_finders()
        for path, storage in finder.list([])
    )
    return hashlib.sha256("\n".join(files).encode()).hexdigest()
