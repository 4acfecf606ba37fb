"""The documents, cut into what a test asks about: tables, fenced blocks, links and names of files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.addresses import ROOT

README = ROOT / "README.md"
DOCS = ROOT / "docs"
DOCUMENTS = (README, ROOT / "CHANGELOG.md", *sorted(DOCS.glob("*.md")))

FENCE = re.compile(r"^```(\S*)[ ]?(.*?)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, what else its first line says, and its text."""

    language: str
    note: str
    text: str


def text(name: str) -> str:
    """Read a document below docs/."""
    return (DOCS / name).read_text()


def blocks(page: str, language: str) -> list[Block]:
    found = (Block(*match.groups()) for match in FENCE.finditer(page))
    return [block for block in found if block.language == language]


def prose(page: str) -> str:
    """Return the page without its fenced blocks."""
    return FENCE.sub("", page)


def section(page: str, heading: str) -> str:
    """Return what stands under a heading, up to the next one of its rank or above; fail if there is none."""
    begin = re.search(rf"^(#+) {re.escape(heading)}$", page, re.MULTILINE)
    assert begin, f"there is no heading {heading!r}"
    rest = page[begin.end() :]
    end = re.search(rf"^#{{1,{len(begin[1])}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def rows(part: str) -> dict[str, list[str]]:
    """Return the rows of the tables in a part, by the code in their first cell; a name is documented once."""
    found: dict[str, list[str]] = {}
    for line in part.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        name = re.match(r"`([^`]+)`", cells[0].lstrip("| "))
        if line.startswith("|") and name:
            assert name[1] not in found, f"{name[1]} stands in two rows"
            found[name[1]] = cells[1:]
    return found


def anchors(page: str) -> set[str]:
    """Return the anchors that GitHub makes of a page's headings."""
    said = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(prose(page)))
    return {heading.strip().replace(" ", "-") for heading in said}


def codes(page: str) -> Iterator[str]:
    """Yield what stands in backticks outside of fenced blocks."""
    yield from CODE.findall(prose(page))


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))
