"""Whatever dies, every flag is raised, and once: the drill in small."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from config.addresses import ROOT

pytestmark = pytest.mark.long

SMALL = ("--tickets", "200", "--due", "60", "--within", "4", "--outage", "2")


@pytest.mark.parametrize("fault", ["worker", "frozen", "killed", "database"])
def test_every_flag_is_raised_once_whatever_dies(fault: str) -> None:
    held = subprocess.run(
        [sys.executable, "-m", "tests.faults", "--fault", fault, *SMALL],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=110,
    )

    assert held.returncode == 0, held.stdout + held.stderr
    assert "60 of 60 flagged, 0 doubled" in held.stdout
