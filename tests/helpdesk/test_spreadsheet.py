"""No text of a stranger becomes a formula, in any table that leaves."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import pytest

from config.addresses import ROOT
from helpdesk import spreadsheet


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+44 20", "'+44 20"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1", "'＝1"),
        ("＋1", "'＋1"),
        (" =1", " '=1"),
        ("\u200b=1", "\u200b'=1"),
        ('"=1', "\"'=1"),
        (";=1", ";'=1"),
        ("a;=1", "a;'=1"),
        ("a,\n =1", "a,\n '=1"),
        ("a\n=1\n@b", "a\n'=1\n'@b"),
        ("a\t=1", "a\t'=1"),
        ("a\r\n-1", "a\r\n'-1"),
        ("\tx", "'\tx"),
        ("a = b", "a = b"),
        ("order \u202egnp", "order gnp"),
        ("\u202e=1", "'=1"),
        ("jon@example.com", "jon@example.com"),
        ("2026-03-09", "2026-03-09"),
        ("", ""),
    ],
)
def test_what_could_be_run_is_quoted_wherever_a_cell_may_begin(text: str, written: str) -> None:
    assert spreadsheet.harmless(text) == written


def test_a_table_keeps_its_numbers_and_quotes_its_texts() -> None:
    file = StringIO()

    spreadsheet.write(file, ("count", "text"), [(-1, "=1"), (None, "a,b")])

    assert list(csv.reader(StringIO(file.getvalue()))) == [["count", "text"], ["-1", "'=1"], ["", "a,b"]]


def test_there_is_one_writer() -> None:
    ours = [path for app in ("config", "helpdesk", "monitor") for path in (ROOT / app).rglob("*.py")]

    assert [path.name for path in ours if "csv.writer(" in path.read_text()] == [
        Path(spreadsheet.__file__).name
    ]
