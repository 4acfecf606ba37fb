"""`python -m tests.servers`: send mail through Postfix and Dovecot, let everything fail, and say what came of it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

if __name__ == "__main__":
    sys.exit(pytest.main(["-n0", str(Path(__file__).parent)]))
