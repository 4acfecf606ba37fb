"""What is written is for nobody else on the machine; and who serves gives up waiting for the database in time."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.mail import send_mail
from pytest_django.fixtures import Settings

from config.addresses import ROOT
from config.management.commands import prepare
from tests.config.running import database_url

SHOWN = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
    print(*cursor.fetchone())
"""
DOORS = {
    "web": "import config.wsgi",
    "worker": "from config.celery import celeryd_init; celeryd_init.send(sender='worker')",
    "migration": "",
}


def open_to_others(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def test_mail_in_files_is_closed_to_others(tmp_path: Path, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"

    send_mail("A link", "for one person", None, ["jon@example.com"])

    [mail] = (tmp_path / "mail").iterdir()
    assert not open_to_others(mail)
    assert not open_to_others(mail.parent)


def test_what_was_written_before_is_closed_at_the_next_start(tmp_path: Path) -> None:
    for name in ("mail", "log"):
        (tmp_path / name).mkdir()
        (tmp_path / name).chmod(0o755)

    prepare.close_to_others(tmp_path)

    assert not any(open_to_others(place) for place in tmp_path.iterdir())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("door", "told"), [("web", ["20s", "5s"]), ("worker", ["20s", "5s"]), ("migration", ["0", "0"])]
)
def test_who_serves_gives_up_waiting_in_time(door: str, told: list[str]) -> None:
    asked = subprocess.run(
        [sys.executable, "-c", DOORS[door] + SHOWN],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": database_url()},
        capture_output=True,
        text=True,
        check=True,
    )

    assert asked.stdout.split() == told
