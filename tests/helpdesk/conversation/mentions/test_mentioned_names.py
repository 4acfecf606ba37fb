"""Names after an `@`, in any script."""

from __future__ import annotations

import unicodedata

import pytest

from helpdesk.input.mentioned_names import mentioned, rewritten

NAMES = ["Rina", "Rina Levi", "רינה לוי", "கவிதா", "கவ", "José"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("@Rina, please", ["Rina"]),
        ("ask @rina levi: now", ["rina levi"]),
        ("@Rinat is nobody", []),
        ("(@רינה לוי) תסתכלי", ["רינה לוי"]),
        ("@கவிதா பாருங்கள்", ["கவிதா"]),
        ("@கவி is another name", []),
        (unicodedata.normalize("NFD", "@José!"), [unicodedata.normalize("NFD", "José")]),
        ("mail rina@example.com", []),
        ("@rina@example.com.", ["rina@example.com"]),
        ("at 5 @ the shop, see @instagram", []),
        ("@Rina @Rina Levi", ["Rina", "Rina Levi"]),
    ],
)
def test_a_name_counts_where_it_stands_whole_after_an_at(text: str, said: list[str]) -> None:
    assert [found["said"] for found in mentioned(text, NAMES)] == said


def test_a_name_is_written_anew_and_the_rest_stays() -> None:
    text = "@RINA and @Rina Levi, rina@example.com, @rina@example.com"
    assert rewritten(text, ["Rina", "rina@example.com"], by="[{}]".format) == (
        "[@RINA] and [@Rina] Levi, rina@example.com, [@rina@example.com]"
    )
