"""Without a mail server for an hour, nothing is given up, and nobody is flooded when it is back: the drill in small."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from config.addresses import ROOT

pytestmark = pytest.mark.long


def test_an_hour_without_mail_ends_in_one_mail_a_queue() -> None:
    held = subprocess.run(
        [sys.executable, "-m", "tests.faults", "--fault", "hour"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=110,
    )

    assert held.returncode == 0, held.stdout + held.stderr
    assert "180 promises broken, 1 outage; on return 3 mails to 3 queues, 0 given up, 0 lost" in held.stdout
