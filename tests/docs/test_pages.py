"""All documents: links lead somewhere, and files, commands and settings that they name exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from config.addresses import ROOT
from config.runner.commands import COMMANDS
from config.variables import VARIABLES
from tests.docs import pages

EVERY = pytest.mark.parametrize("document", pages.DOCUMENTS, ids=pages.relative)

PATH = re.compile(r"(?:config|helpdesk|monitor|tests|docs|\.ci)/[\w./-]*")
MODULE = re.compile(r"\w+\.(?:py|html|toml|lock)")
IN_DEV = re.compile(r"\./dev ([a-z]\w*)")
IN_MANAGE = re.compile(r"(?:manage\.py|\./dev manage) ([a-z]\w*)")
SETTING = re.compile(r"\bATTEND_[A-Z][A-Z_]*[A-Z]\b")


EXAMPLE = re.compile(r"`(\w+)` in\s+\[[^\]]+\]\(([^)]+)\)")


def examples() -> list[tuple[str, str]]:
    """Return what the page on style points at: a name, and the file that it is in."""
    return EXAMPLE.findall(pages.text("style.md"))


@EVERY
def test_every_link_leads_to_a_file_and_a_heading_that_exist(document: Path) -> None:
    lost = []
    for link in pages.LINK.findall(pages.prose(document.read_text())):
        if link.startswith("http"):
            continue
        place, _, anchor = link.partition("#")
        target = (document.parent / place).resolve() if place else document
        if not target.exists() or (anchor and anchor not in pages.anchors(target.read_text())):
            lost.append(link)
    assert lost == []


@EVERY
def test_every_file_that_is_named_exists(document: Path) -> None:
    page = document.read_text()
    named = {code for code in pages.codes(page) if PATH.fullmatch(code)}

    assert {path for path in named if not (ROOT / path).exists()} == set()


def test_every_module_that_the_architecture_names_exists() -> None:
    there = {path.name for room in ("config", "helpdesk", "monitor") for path in (ROOT / room).rglob("*.*")}
    there |= {path.name for path in ROOT.iterdir()}
    named = {code for code in pages.codes(pages.text("architecture.md")) if MODULE.fullmatch(code)}

    assert named - there == set()


@pytest.mark.parametrize("example", examples(), ids=lambda example: example[0])
def test_every_example_of_style_stands_where_it_is_said_to(example: tuple[str, str]) -> None:
    name, file = example

    assert re.search(rf"\b{re.escape(name)}\b", (ROOT / "docs" / file).read_text())


@EVERY
def test_every_command_that_is_named_exists(document: Path) -> None:
    page = document.read_text()
    in_dev = {command.spelled.split()[0] for command in COMMANDS}

    assert set(IN_DEV.findall(page)) <= in_dev
    assert set(IN_MANAGE.findall(page)) <= set(get_commands())


@EVERY
def test_every_setting_that_is_named_exists(document: Path) -> None:
    assert set(SETTING.findall(document.read_text())) <= set(VARIABLES)


def test_every_document_is_reached_from_the_readme() -> None:
    reached = {link.partition("#")[0] for link in pages.LINK.findall(pages.README.read_text())}

    assert {pages.relative(document) for document in pages.DOCUMENTS} - {"README.md"} <= reached
