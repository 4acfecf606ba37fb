"""Three clients, each made from the contract as it is served, and then used against the server.

They tell the same story, each in its own words, and are told the same.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from config.addresses import ROOT
from helpdesk.database.instant import database_now
from helpdesk.models import Scope
from monitor.promises.defaults import ensure_defaults
from tests.make import Make

pytestmark = pytest.mark.django_db(transaction=True)

HERE = Path(__file__).parent
PROGRAMS = Path(sys.executable).parent
CHANGED = ["priority differs from what was stored at first, and was not changed."]
OPENAPI_PYTHON_CLIENT = ("openapi-python-client", "generate", "--fail-on-warning", "--meta", "none")
OPENAPI_GENERATOR = (
    "openapi-generator-cli", "generate", "-g", "python", "--package-name", "attend_pydantic", "--global-property",
    "models,apis,supportingFiles,modelDocs=false,apiDocs=false,modelTests=false,apiTests=false",
)  # fmt: skip
STRICT = (
    "--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes", "--noUnusedLocals",
    "--module", "nodenext", "--target", "es2022", "--types", "node",
)  # fmt: skip
TOLD = {
    "opened": [201, "/orders/1001", "59.90"],
    "again": [200, CHANGED],
    "batch": [207, 201, 422, "/tickets/1/occurred_at"],
    "read": ["shop-8841", "Where is my order?"],
    "said": [201, "owner@example.com"],
    "handled": ["owner@example.com", "resolved"],
    "clocks": ["acknowledgement", "first_response", "resolution"],
    "flags": ["acknowledgement", "first_response"],
    "listed": 2,
    "followed": 200,
    "refused": [422, ["/external_id", "/occurred_at"]],
    "receipt": "new",
}


@pytest.fixture
def story(api: str, make: Make) -> list[str]:
    """Give what a story has to know: where, two keys, an agent, when it was asked, and an instant to come."""
    ensure_defaults()
    now = database_now()
    _, key = make.key(scopes=Scope.values, now=now)
    _, key_to_write = make.key(scopes=[Scope.WRITE], now=now)
    instants = [(now - timedelta(hours=5)).isoformat(), (now + timedelta(days=365)).isoformat()]
    return [api, key, key_to_write, make.agent().email, *instants]


def test_openapi_python_client(contract: Path, story: list[str]) -> None:
    package = contract.parent / "attend_attrs"
    run(*OPENAPI_PYTHON_CLIENT, "--path", contract, "--output-path", package)

    assert left_open(package) == []
    assert classes(package) <= names_in(contract)
    assert python_told("attrs_story.py", contract, story) == TOLD


@pytest.mark.java
def test_openapi_generator(contract: Path, story: list[str]) -> None:
    run(*OPENAPI_GENERATOR, "-i", contract, "-o", contract.parent)
    package = contract.parent / "attend_pydantic"

    assert left_open(package) == []
    assert classes(package) <= names_in(contract)
    assert python_told("pydantic_story.py", contract, story) == TOLD


@pytest.mark.node
def test_openapi_typescript(contract: Path, story: list[str]) -> None:
    place = contract.parent
    (place / "node_modules").symlink_to(node_modules())
    for name in ("package.json", "fetch_story.ts"):
        shutil.copy(HERE / name, place)
    run("node", "node_modules/openapi-typescript/bin/cli.js", contract, "-o", "attend.d.ts", cwd=place)
    run("node", "node_modules/typescript/bin/tsc", *STRICT, "fetch_story.ts", cwd=place)

    open_types = [line for line in (place / "attend.d.ts").read_text().splitlines() if "unknown" in line]
    assert {line.strip() for line in open_types} == {"[name: string]: unknown;"}, "only other headers are"
    said = run("node", "--throw-deprecation", "fetch_story.js", *story, cwd=place)
    assert json.loads(said) == TOLD


def run(*command: object, cwd: Path | None = None, **environment: str) -> str:
    """Run a program to its end, ours before the machine's; return what it said. What it complains of fails the test."""
    path = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, "PATH": path, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-8000:]
    return done.stdout


def python_told(story: str, contract: Path, known: list[str]) -> Any:
    """Return what a Python client was told; a warning of any kind ends it."""
    said = run(sys.executable, "-W", "error", HERE / story, *known, PYTHONPATH=str(contract.parent))
    return json.loads(said)


def node_modules() -> Path:
    """Return what the lock names, fetched once by npm, which checks it against the lock."""
    wanted = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()[:16]
    place = ROOT / "var" / "clients" / wanted
    if not place.is_dir():
        place.parent.mkdir(parents=True, exist_ok=True)
        fetching = Path(mkdtemp(dir=place.parent))
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, fetching)
        run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=fetching)
        fetching.rename(place)
    return place / "node_modules"


def left_open(package: Path) -> list[str]:
    """Name the fields of a client's models that may hold anything."""
    fields = (
        (one.name, node)
        for one in model_classes(package)
        for node in one.body
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) != "additional_properties"
    )
    return [f"{name}: {ast.unparse(node)}" for name, node in fields if "Any" in ast.unparse(node.annotation)]


def classes(package: Path) -> set[str]:
    return {one.name for one in model_classes(package)}


def model_classes(package: Path) -> Iterator[ast.ClassDef]:
    for file in sorted((package / "models").glob("*.py")):
        yield from (node for node in ast.parse(file.read_text()).body if isinstance(node, ast.ClassDef))


def names_in(contract: Path) -> set[str]:
    return set(json.loads(contract.read_text())["components"]["schemas"])
