"""What is said in other languages says the same: every place of a sentence is in its translation too."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from config.addresses import ROOT

CATALOGUES = sorted(ROOT.glob("locale/*/LC_MESSAGES/django.po"))
PLACES = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w+\}|</?\w+>|\bATTEND_\w+")
MESSAGES = re.compile(r"^((?:msgctxt .*\n)?msgid (?:\".*\"\n)+)", re.MULTILINE)
LENT = ROOT / "helpdesk/input/django_sentences.py"
KEYWORDS = {"_": None, "ngettext_lazy": (1, 2)}
MARKS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}


@pytest.fixture(params=CATALOGUES, ids=lambda path: path.parts[-3])
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    path: Path = request.param
    with path.open("rb") as source:
        return read_po(source)


def pairs(message: Message) -> Iterator[tuple[str, str]]:
    """Return each sentence with what is said for it; of a plural, its many with each form but the first."""
    if isinstance(message.id, str):
        yield message.id, str(message.string)
        return
    forms = [str(form) for form in message.string or ()]
    yield message.id[0], forms[0]
    yield from ((message.id[1], form) for form in forms[1:])


def test_there_are_catalogues_of_two_languages_besides_english() -> None:
    assert [path.parts[-3] for path in CATALOGUES] == ["he", "ta"]


def test_every_place_of_a_sentence_is_in_its_translation(catalogue: Catalog) -> None:
    wrong = [
        (sentence, said)
        for message in catalogue
        if message.id
        for sentence, said in pairs(message)
        if said and sorted(PLACES.findall(sentence)) != sorted(PLACES.findall(said))
    ]
    assert len(catalogue) > 1000
    assert wrong == []


def test_nothing_is_half_translated(catalogue: Catalog) -> None:
    half = [
        message.id
        for message in catalogue
        if message.fuzzy or len({bool(said) for _, said in pairs(message)}) > 1
    ]
    assert half == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_no_sentence_stands_there_twice(path: Path) -> None:
    """Two branches that add the same sentence meet without a conflict, and then nothing can be compiled."""
    found = MESSAGES.findall(path.read_text())
    assert len(found) > 1000
    assert [one for one, count in Counter(found).items() if count > 1] == []


def test_what_django_says_to_people_is_said_too(catalogue: Catalog) -> None:
    """A sentence that Django writes otherwise one day is none of its own any more."""
    said = {_first(message) for name in ("conf", "contrib/auth") for message in _catalogue_of_django(name)}
    lent = [_first(Message(found[1])) for found in extract_from_file("python", LENT, keywords=KEYWORDS)]

    assert len(lent) > 20
    assert [sentence for sentence in lent if sentence not in said] == []
    ours = {
        _first(message) for message in catalogue if message.id and all(words for _, words in pairs(message))
    }
    assert [sentence for sentence in lent if sentence not in ours] == []


def _first(message: Message) -> str:
    """Return a sentence; of a plural, that of one."""
    return message.id if isinstance(message.id, str) else message.id[0]


def _catalogue_of_django(name: str) -> Catalog:
    with (Path(django.__file__).parent / name / "locale/en/LC_MESSAGES/django.po").open("rb") as source:
        return read_po(source)


def test_what_is_said_can_be_found_by_whoever_extracts_it() -> None:
    """Extraction knows Django's names and `_`, and reads no call inside of an f-string."""
    hidden = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for app in ("config", "helpdesk", "monitor")
        for path in sorted((ROOT / app).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, (ast.JoinedStr, ast.ImportFrom)) and (_hides_a_call(node) or _renames(node))
    ]
    assert hidden == []


def _hides_a_call(node: ast.AST) -> bool:
    """Tell whether a text that is put together has a call within that marks a sentence."""
    calls = [one.func for one in ast.walk(node) if isinstance(one, ast.Call)]
    return any(isinstance(func, ast.Name) and func.id in MARKS for func in calls)


def _renames(node: ast.AST) -> bool:
    """Tell whether a mark is imported under a name that extraction does not know."""
    imported = node.names if isinstance(node, ast.ImportFrom) else []
    return any(one.name in MARKS and one.asname not in (None, "_") for one in imported)
