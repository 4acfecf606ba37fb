"""The conformance command, as anybody runs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.clock.conformance.__main__ import main

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


def test_what_holds_no_vectors_fails_by_its_name_and_the_rest_is_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mails.json").write_text('[{"id": "m-1", "headers": [], "is_auto": false, "kind": "human"}]')
    (tmp_path / "broken.json").write_text("# none")

    assert main([str(tmp_path), str(tmp_path / "missing.json")]) == 1

    told = capsys.readouterr().out
    assert "broken.json: no vectors can be read" in told
    assert "missing.json: no vectors can be read" in told
    assert " 1 outside, 2 fail" in told
