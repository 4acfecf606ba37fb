"""docs/operations.md: settings, processes, tasks and commands are those of the code, in both directions."""

from __future__ import annotations

import ast
import re
import shlex
import sys
from pathlib import Path

import pytest
from django.core.management import get_commands

from config.addresses import ROOT
from config.celery import RUNG_FOR, SCHEDULE, app
from config.runner import programs
from config.runner.commands import COMMANDS
from config.variables import VARIABLES
from tests.docs import pages

PAGE = pages.text("operations.md")
OURS = {"config", "helpdesk", "monitor"}

OF_TESTS_AND_TOOLS = {
    "CELERY_SKIP_CHECKS",
    "ATTEND_CALLED_FROM",
    "ATTEND_CONTRACT_ANSWERS",
    "ATTEND_CONTRACT_EXAMPLES",
    "ATTEND_CONTRACT_THERE",
    "ATTEND_HOSTILE_MAILS",
    "ATTEND_SHOTS",
    "DJANGO_ALLOW_ASYNC_UNSAFE",
    "DJANGO_SETTINGS_MODULE",
    "PATH",
    "PYTEST_XDIST_WORKER",
}
"""What our own processes and tests tell each other; nobody sets it."""


def tables(heading: str) -> dict[str, list[str]]:
    return pages.rows(pages.section(PAGE, heading))


def test_every_setting_is_explained_and_no_other() -> None:
    assert set(tables("Settings")) == set(VARIABLES)


def test_every_setting_is_read_somewhere_and_every_one_that_is_read_is_listed() -> None:
    read = {name for path in python_files() for name in environment_names(path)}

    assert read - OF_TESTS_AND_TOOLS == set(VARIABLES)


def test_a_default_that_is_a_number_is_the_one_in_force() -> None:
    settings = (ROOT / "config" / "settings.py").read_text()
    for name, (default, _meaning) in tables("Settings").items():
        said = re.search(rf'env\.(?:int|float)\("{name}", ([^,)]+)[,)]', settings)
        if said:
            in_force = 5 * 1024 * 1024 if "*" in said[1] else float(said[1])
            assert float(default.strip("`")) == in_force, name


def test_every_management_command_is_explained_and_no_other() -> None:
    ours = {name for name, place in get_commands().items() if place in OURS}
    explained = {name for name in tables("Commands") if not name.startswith("./dev ")}

    assert explained == ours


def test_every_command_of_dev_is_explained_and_no_other() -> None:
    explained = {name for name in tables("Commands") if name.startswith("./dev ")}

    assert explained == {f"./dev {command.spelled.split()[0]}" for command in COMMANDS}


def test_every_task_is_explained_with_its_pace_and_no_other() -> None:
    app.loader.import_default_modules()
    ours = {name for name in app.tasks if not name.startswith("celery.")}
    explained = tables("Processes")

    assert set(explained) == ours
    assert {name: explained[name][:2] for name in SCHEDULE} == {
        name: [queue, f"{seconds} s"] for name, (queue, seconds) in SCHEDULE.items()
    }
    assert {name: explained[name][0] for name in RUNG_FOR} == RUNG_FOR


@pytest.mark.parametrize("name", ["web", "worker", "outbox", "upkeep", "beat", "watch", "postman"])
def test_the_units_start_what_dev_run_starts(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ATTEND_WORKERS", raising=False)
    everything = {program.name: program for program in (programs.web(), *programs.watchmen())}
    unit = next(block for block in pages.blocks(PAGE, "ini") if block.text.startswith(f"# attend-{name}."))
    command = re.search(r"^ExecStart=(.+)$", unit.text, re.MULTILINE)

    assert command
    python, *arguments = shlex.split(command[1])
    assert python == "/opt/attend/.venv/bin/python"
    assert (sys.executable, *arguments) == everything[name].command


def test_the_settings_of_a_server_are_known() -> None:
    environment = next(block.text for block in pages.blocks(PAGE, "sh") if "DATABASE_URL=" in block.text)

    assert {line.partition("=")[0] for line in environment.splitlines()} <= set(VARIABLES)


def python_files() -> list[Path]:
    rooms = [path for room in (*sorted(OURS), "tests") for path in (ROOT / room).rglob("*.py")]
    return [*rooms, ROOT / "manage.py", ROOT / "dev"]


def environment_names(path: Path) -> set[str]:
    """Return the variables that a file asks the environment for, by whatever spelling."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Call(func=ast.Attribute() as function, args=[ast.Constant(value=str(name)), *_]):
                if ast.unparse(function).startswith(("os.environ.", "env.")):
                    found.add(name)
            case ast.Subscript(value=ast.Attribute(attr="environ"), slice=ast.Constant(value=str(name))):
                found.add(name)
            case (
                ast.AnnAssign(target=ast.Name(id="variable")) | ast.Assign(targets=[ast.Name(id="variable")])
            ):
                if isinstance(node.value, ast.Constant):
                    found.add(str(node.value.value))
    return {name for name in found if name.isupper()}
