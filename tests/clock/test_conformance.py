"""The conformance command, as anybody runs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
ALONE: Final = """
import runpy, sys
sys.path.insert(0, sys.argv.pop())
sys.modules |= dict.fromkeys(["celery", "django", "hypothesis", "msgspec", "numpy", "pytest"])
runpy.run_module("tests.clock.conformance", run_name="__main__")
"""


def test_it_judges_our_own_vectors_on_the_standard_library_alone() -> None:
    command = [sys.executable, "-c", ALONE, str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith(" 0 fail\n")
