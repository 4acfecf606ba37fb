"""No text of a stranger becomes a formula, in any table that leaves."""

from __future__ import annotations

import codecs
import csv
from io import StringIO
from pathlib import Path

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

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


def asked(address: str) -> HttpRequest:
    return RequestFactory().get(address)


def test_a_table_says_its_encoding_to_excel_only_where_that_is_asked_for() -> None:
    plain = spreadsheet.response(asked("/"), "table", ["text"], [["Grüße"]])
    marked = spreadsheet.response(asked("/?bom=1"), "table", ["text"], [["Grüße"]])
    streamed = spreadsheet.streamed(asked("/?bom=1"), "table", ["text"], [[["Grüße"]], [["=1"]]])

    assert plain.getvalue() == "text\r\nGrüße\r\n".encode()
    assert marked.getvalue() == codecs.BOM_UTF8 + plain.getvalue()
    assert streamed.getvalue() == codecs.BOM_UTF8 + plain.getvalue() + b"'=1\r\n"


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("days_2026-03-09", 'attachment; filename="days_2026-03-09.csv"'),
        ("Rückgaben", "attachment; filename*=utf-8''R%C3%BCckgaben.csv"),
        ("வரிசை", "attachment; filename*=utf-8''%E0%AE%B5%E0%AE%B0%E0%AE%BF%E0%AE%9A%E0%AF%88.csv"),
        ('a/../b\\c"\r\nX: y', 'attachment; filename="a-..-b-c-X- y.csv"'),
        ("\u202etxt.exe", 'attachment; filename="txt.exe.csv"'),
    ],
)
def test_a_table_is_saved_under_a_name_in_any_script(name: str, header: str) -> None:
    for answer in (
        spreadsheet.response(asked("/"), name, [], []), spreadsheet.streamed(asked("/"), name, [], [])
    ):  # fmt: skip
        assert answer.headers["Content-Disposition"] == header
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"


def test_there_is_one_writer() -> None:
    ours = [path for app in ("config", "helpdesk", "monitor") for path in (ROOT / app).rglob("*.py")]

    assert [path.name for path in ours if "csv.writer(" in path.read_text()] == [
        Path(spreadsheet.__file__).name
    ]
