"""`python -m tests.attacks`: try on a real web server what a tester from outside would, and say what was refused."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

if __name__ == "__main__":
    sys.exit(pytest.main([str(Path(__file__).parent), "-v", "-n0", "--durations=0", *sys.argv[1:]]))
