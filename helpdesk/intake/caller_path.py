"""Files that are named on a command line, from where the caller stands."""

from __future__ import annotations

import os
from pathlib import Path


def from_caller(file: str | Path) -> Path:
    """Return the path as its caller means it: `./dev` works in its own folder, wherever it is called from."""
    return Path(os.environ.get("ATTEND_CALLED_FROM", ".")) / file
