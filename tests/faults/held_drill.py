"""A drill that is held in small, in a process of its own, as `python -m tests.faults` holds it."""

from __future__ import annotations

import os
import subprocess
import sys

from config.addresses import ROOT


def hold(*arguments: str, timeout: float = 570) -> str:
    """Hold it, and return what it says came of it; fails where something was lost or doubled."""
    held = subprocess.run(
        [sys.executable, "-m", "tests.faults", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    assert held.returncode == 0, held.stdout + held.stderr
    return held.stdout
