"""Lines that PostgreSQL copies say what they were made of, whatever that is."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from helpdesk.database.copying import as_json, copy, line
from helpdesk.database.statement import run

WORDS = ['a "quote"', "back\\slash", "two\nlines\tand\r\n", "a, comma", "null", "", "\x01 ü ש ]\n[", "\\."]


@pytest.mark.django_db
def test_what_is_copied_is_what_was_given() -> None:
    at = datetime(2026, 3, 9, 15, 0, 0, 7, tzinfo=UTC)
    lines = [
        line((1, at, timedelta(days=2, microseconds=5), True, "late", as_json(WORDS))),
        line((2, None, None, None, "", as_json([]))),
        line((3, None, None, False, "null", as_json(None))),
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE kept (id int, at timestamptz, took interval, is_so bool, said text, words jsonb)"
        )
    copy("kept", "id, at, took, is_so, said, words", lines)
    copy("kept", "id, at, took, is_so, said, words", [])
    kept = run("SELECT * FROM kept ORDER BY id", ())
    assert [(*others, json.loads(words)) for *others, words in kept] == [
        (1, at, timedelta(days=2, microseconds=5), True, "late", WORDS),
        (2, None, None, None, "", []),
        (3, None, None, False, "null", None),
    ]
