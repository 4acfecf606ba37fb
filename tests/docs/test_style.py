"""docs/style.md: what it says of names, files, functions and rooms is so."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from config.addresses import ROOT

LONGEST_FILE = 400
LONGEST_FUNCTION = 25
NINETIETH_PERCENTILE = 12
LARGEST_ROOM = 15
OF_DJANGO = {"Meta", "Command"}
"""Classes whose names Django asks for."""


@cache
def modules() -> dict[Path, ast.Module]:
    """Return what we have written, without tests and migrations, as trees."""
    ours = [path for app in ("config", "helpdesk", "monitor") for path in (ROOT / app).rglob("*.py")]
    return {path: ast.parse(path.read_text()) for path in ours if "migrations" not in path.parts}


def functions() -> Iterator[tuple[int, str]]:
    """Yield the length of each function, and its name."""
    for path, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield (node.end_lineno or 0) - node.lineno + 1, f"{path.relative_to(ROOT)}: {node.name}"


def test_no_two_classes_share_a_name() -> None:
    names = Counter(
        node.name for tree in modules().values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)
    )

    assert {name for name, times in names.items() if times > 1} - OF_DJANGO == set()


def test_no_file_is_too_long_to_be_read_at_once() -> None:
    files = [*modules(), *(ROOT / "tests").rglob("*.py")]

    assert [path for path in files if len(path.read_text().splitlines()) > LONGEST_FILE] == []


def test_functions_are_short() -> None:
    found = sorted(functions())

    assert [name for length, name in found if length > LONGEST_FUNCTION] == []
    assert found[int(len(found) * 0.9)][0] <= NINETIETH_PERCENTILE


def test_no_room_has_more_modules_than_one_can_keep_in_mind() -> None:
    rooms = Counter(path.parent for path in modules() if path.name != "__init__.py")

    assert {str(room.relative_to(ROOT)) for room, size in rooms.items() if size > LARGEST_ROOM} == set()
