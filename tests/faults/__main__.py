"""`python -m tests.faults [--fault NAME …]`: hold the drill, and say what came of it."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from tests.faults import drill, mail_drill, outbox_drill

USUAL = drill.Size()
DRILLS = (drill, outbox_drill, mail_drill)
FAULTS = [fault for each in DRILLS for fault in each.FAULTS]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--fault", nargs="+", choices=FAULTS, default=FAULTS)
    parser.add_argument("--tickets", type=int, default=USUAL.tickets, help="live tickets; 10000")
    parser.add_argument("--due", type=int, default=USUAL.due, help="of which so many fall due; 500")
    parser.add_argument("--within", type=float, default=USUAL.within, help="seconds in which they do; 60")
    parser.add_argument("--outage", type=float, default=USUAL.outage, help="seconds that a fault lasts; 30")
    asked = parser.parse_args()
    if len(asked.fault) > 1:
        return max(_apart(fault) for fault in asked.fault)
    [fault] = asked.fault
    its_drill = next(each for each in DRILLS if fault in each.FAULTS)
    outcome = its_drill.run(fault, drill.Size(asked.tickets, asked.due, asked.within, asked.outage))
    print(outcome, f"; load {os.getloadavg()[0]:.1f}", sep="", flush=True)
    return 0 if outcome.sound else 1


def _apart(fault: str) -> int:
    """Hold one of several drills in a process of its own: Django is set up for one database."""
    others = [argument for argument in sys.argv[1:] if argument not in {"--fault", *FAULTS}]
    command = [sys.executable, "-m", "tests.faults", *others, "--fault", fault]
    return subprocess.run(command).returncode


if __name__ == "__main__":
    sys.exit(main())
