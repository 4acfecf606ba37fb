"""What the database is asked for beside plain tables, in whatever script people write."""

from __future__ import annotations

import pytest

from helpdesk.database.statement import run

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("word", ["delivery", "விநியோகம்", "משלוח", "การจัดส่ง", "доставка", "配達"])
def test_words_of_every_script_have_trigrams(word: str) -> None:
    [(trigrams,)] = run("SELECT show_trgm(%s)", [word])

    assert len(trigrams) > 1


def test_one_index_can_hold_a_number_beside_words() -> None:
    [(there,)] = run("SELECT to_regproc('gin_extract_value_int8') IS NOT NULL", [])

    assert there
