"""Priorities in words: all, some, and one."""

from __future__ import annotations

from django.utils.translation import override

from monitor.promises.priority_words import priority_words


def test_priorities_are_named_together() -> None:
    assert priority_words(["urgent"]) == "urgent"
    assert priority_words(["urgent", "high"]) == "urgent and high"
    assert priority_words(["urgent", "high", "normal"]) == "urgent, high, and normal"


def test_all_of_them_are_said_as_all() -> None:
    assert priority_words(["low", "high", "urgent", "normal"]) == "all priorities"


def test_each_language_joins_them_as_it_does() -> None:
    with override("he"):
        assert priority_words(["urgent", "high"]) == "דחופה וגבוהה"
