"""`./dev bench [name] [--json]`: ours, control, ratio, floor, and whether it is met."""

from __future__ import annotations

import argparse
import json
import os
import sys
from contextlib import nullcontext
from dataclasses import asdict
from importlib import import_module

from tests.bench import stage
from tests.bench.figure import Effort, Figure

NAMES = {
    "ingest": True,
    "sweep": True,
    "lag": True,
    "thread": True,
    "queue": True,
    "past": True,
    "lists": True,
    "exports": True,
    "dashboards": True,
    "hiding": True,
    "rollups": True,
    "dryrun": True,
    "months": True,
    "search": True,
    "mail": True,
    "streams": True,
    "calendar": False,
}
"""Each benchmark, and whether it needs servers."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], metavar="name", help=", ".join(NAMES))
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds, whose median counts; 5")
    parser.add_argument(
        "--rows",
        type=int,
        default=1_000_000,
        help="clocks for lag, tickets for whatever lies among many; 1000000",
    )
    parser.add_argument(
        "--full", action="store_true", help="sweep also over ten million clocks; takes minutes"
    )
    asked = parser.parse_args()
    effort = Effort(rounds=asked.rounds, rows=asked.rows, full=asked.full)
    names = asked.names or list(NAMES)
    with stage.servers() if any(NAMES[name] for name in names) else nullcontext():
        results = {name: measure(name, effort) for name in names}
    print(as_json(results) if asked.json else as_text(results))
    return 0 if all(figure.met for figures in results.values() for figure in figures) else 1


def measure(name: str, effort: Effort) -> list[Figure]:
    """Run one benchmark; its models can be imported only now that the servers are named."""
    with stage.empty_database(name) if NAMES[name] else nullcontext():
        return list(import_module(f"tests.bench.{name}").run(effort))


def as_json(results: dict[str, list[Figure]]) -> str:
    said = {name: [asdict(figure) for figure in figures] for name, figures in results.items()}
    return json.dumps({"load": os.getloadavg(), "benchmarks": said}, indent=2, ensure_ascii=False)


def as_text(results: dict[str, list[Figure]]) -> str:
    lines = [f"{'':52}{'ours':>12}{'control':>12}{'ratio':>9}{'floor':>9}  met"]
    for name, figures in results.items():
        lines += [f"\n{name}", *(line(figure) for figure in figures)]
    return "\n".join(
        [*lines, f"\nload of the machine: {' '.join(f'{load:.1f}' for load in os.getloadavg())}"]
    )


def line(figure: Figure) -> str:
    floor = f"≤ {figure.limit:g}" if figure.limit is not None else number(figure.floor)
    demanded = figure.floor is not None or figure.limit is not None
    met = ("yes" if figure.met else "NO") if demanded else ""
    note = f"  ({figure.note})" if figure.note else ""
    return (
        f"  {figure.name + ', ' + figure.unit:50}{number(figure.ours):>12}{number(figure.control):>12}"
        f"{number(figure.ratio):>9}{floor:>9}  {met}{note}"
    )


def number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


if __name__ == "__main__":
    sys.exit(main())
