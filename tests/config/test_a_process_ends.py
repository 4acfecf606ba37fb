"""Whoever a test has started is gone once the test is over, whether it ends when it is asked to or not."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from tests.config.running import HadToBeKilled, end

OBEDIENT = "import time; print('up', flush=True); time.sleep(600)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {OBEDIENT}"


def started(program: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert process.stdout
    with process.stdout:
        assert process.stdout.readline() == b"up\n"
    return process


def test_who_does_not_end_is_killed_and_named_and_nobody_else_is_left() -> None:
    stubborn, obedient = started(STUBBORN), started(OBEDIENT)

    with pytest.raises(HadToBeKilled, match="SIG_IGN"):
        end(stubborn, obedient, within=0.0)

    assert stubborn.returncode == -signal.SIGKILL
    assert obedient.returncode is not None


def test_who_ends_is_not_killed() -> None:
    obedient, ended = started(OBEDIENT), started("print('up', flush=True)")
    ended.wait()

    end(ended, obedient)

    assert (ended.returncode, obedient.returncode) == (0, -signal.SIGTERM)
