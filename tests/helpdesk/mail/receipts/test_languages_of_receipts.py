"""In which language a receipt is written: the customer's, else that of their words, else the mailbox's."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.conf import settings

from helpdesk.mail.receipts.receipt_language import receipt_locale
from helpdesk.mail.receipts.receipt_text import default_opening, receipt_text

ENGLISH, HEBREW, TAMIL = "Where is my order?", "איפה ההזמנה שלי iPhone?", "என் ஆர்டர் எங்கே? iPhone"
DUE = datetime(2026, 3, 10, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("profile", "words", "mailbox", "store", "locale"),
    [
        ("he-IL", TAMIL, "en", "en", "he-IL"),
        ("ta_IN", ENGLISH, "en", "en", "ta-IN"),
        ("de-DE", ENGLISH, "en", "en", "en"),
        ("", HEBREW, "en", "en", "he"),
        ("", TAMIL, "he", "en", "ta"),
        ("", ENGLISH, "he", "en", "he"),
        ("", ENGLISH, "en", "en-GB", "en-GB"),
        ("en", ENGLISH, "en-IN", "en-GB", "en-IN"),
        ("", "12345 🙂", "ta", "en", "ta"),
        ("", ENGLISH, "tlh", "de", "en"),
        (
            "",
            f"{HEBREW}\n\nOn Mon, 9 Mar 2026 at 10:00, Shop <a@b.example> wrote:\n> {ENGLISH * 9}",
            "en",
            "",
            "he",
        ),
    ],
)
def test_whose_language_it_is(profile: str, words: str, mailbox: str, store: str, locale: str) -> None:
    assert receipt_locale(profile=profile, words=words, mailbox=mailbox, store=store) == locale


@pytest.mark.parametrize("by", [DUE, None])
@pytest.mark.parametrize(("language", "script"), [("he", "[\u05d0-\u05ea]"), ("ta", "[\u0b80-\u0bff]")])
def test_every_sentence_is_there_in_each_language(language: str, script: str, by: datetime | None) -> None:
    said = _said(language, by)

    assert [part for part in said.split("\n\n") if not re.search(script, part)] == []
    assert re.findall("[A-Za-z]{2,}", said.replace("5:00 PM", "")) == []


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_without_a_promise_no_time_is_named(language: str) -> None:
    assert re.search(r"\d+:\d\d", _said(language, DUE))
    assert not re.search(r"\d+:\d\d", _said(language, None))


def _said(language: str, by: datetime | None) -> str:
    return receipt_text(
        opening=default_opening(language),
        reference="T-1234567",
        locale=language,
        timezone="Asia/Kolkata",
        by=by,
    )
