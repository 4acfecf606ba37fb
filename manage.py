#!/usr/bin/env python3
"""Django's commands, on the servers that the environment names or that ./dev run has started."""

import os
import sys

from django.core.management import execute_from_command_line

from config import addresses
from config.front.patience import bound_waiting

NEED_NO_SERVER = {
    "check",
    "makemigrations",
    "makemessages",
    "compilemessages",
    "collectstatic",
    "help",
    "version",
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command.startswith("-") or command in NEED_NO_SERVER:
        return execute_from_command_line(sys.argv)
    if sentence := addresses.missing():
        sys.exit(sentence)
    if command == "watch":  # it serves; what else is called here takes its time
        bound_waiting()
    return execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
