"""Time zones are those of the package that the lock pins, in every process, whatever the machine has."""

from __future__ import annotations

import os
import subprocess
import sys
import zoneinfo
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import pytest
from django.test import Client

from config.addresses import ROOT

DUE = """
import {door}
from datetime import datetime, timedelta
from monitor.clock.book.calendar import BusinessCalendar
week = {{day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}
calendar = BusinessCalendar.parse({{"timezone": "America/Vancouver", "weekly": week}})
print(calendar.due(datetime.fromisoformat("2026-11-26T14:30:00Z"), timedelta(hours=1)).isoformat())
"""


@pytest.fixture
def another_machine(tmp_path: Path) -> dict[str, str]:
    """A machine whose own data say that Vancouver keeps the time of Tokyo."""
    (tmp_path / "America").mkdir()
    tokyo = files("tzdata.zoneinfo.Asia").joinpath("Tokyo").read_bytes()
    (tmp_path / "America" / "Vancouver").write_bytes(tokyo)
    return os.environ | {"PYTHONTZPATH": str(tmp_path)}


@pytest.mark.parametrize(
    "door", ["config.settings", "config.celery", "config.web", "config.wsgi", "tests.clock.conformance"]
)
def test_what_the_machine_knows_of_zones_is_never_asked(another_machine: dict[str, str], door: str) -> None:
    asked = [sys.executable, "-c", DUE.format(door=door)]
    said = subprocess.run(asked, cwd=ROOT, env=another_machine, capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "2026-11-26T17:00:00+00:00"


def test_this_process_reads_the_package_alone() -> None:
    assert zoneinfo.TZPATH == ()


@pytest.mark.django_db
def test_the_operator_is_told_which_zone_data_count(client: Client) -> None:
    assert client.get("/healthz").json()["zone_data"] == version("tzdata")
