"""The commands of ./dev."""

from __future__ import annotations

import os
import sys


def main() -> None:
    command, rest = sys.argv[1], sys.argv[2:]
    if command == "test":
        os.execv(sys.executable, [sys.executable, "-m", "pytest", *rest])
    if command == "manage":
        os.execv(sys.executable, [sys.executable, "manage.py", *rest])


main()
