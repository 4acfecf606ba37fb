"""`python -m tests.attacks [--mails N] …`: try what a tester from outside would, and say what was refused."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import pytest

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.attacks", description=__doc__)
    parser.add_argument("--mails", type=int, default=10_000, help="so many hostile mails; 10000")
    asked, others = parser.parse_known_args()
    os.environ["ATTEND_HOSTILE_MAILS"] = str(asked.mails)
    sys.exit(pytest.main([str(Path(__file__).parent), "-v", "-n0", "--durations=0", "--timeout=0", *others]))
