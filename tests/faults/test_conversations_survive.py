"""Whoever lets replies out is killed amid a conversation by mail: the drill in small."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from config.addresses import ROOT

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]

FEW = ("--due", "8", "--within", "4", "--outage", "1")


def test_a_killed_sender_loses_no_mail_no_answer_and_no_flag() -> None:
    held = subprocess.run(
        [sys.executable, "-m", "tests.faults", "--fault", "mail-leaving", *FEW],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=240,
    )

    assert held.returncode == 0, held.stdout + held.stderr
    assert "8 tickets with 8 questions; 4 answers: 4 customers got them" in held.stdout
