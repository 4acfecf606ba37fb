"""What strangers write, where no page keeps it apart from the words beside it."""

from __future__ import annotations

import unicodedata

import pytest

from helpdesk.input.visible_text import Scissors, isolated, offcuts_in, unturned

TURNING = [chr(code) for code in range(0x110000) if unicodedata.bidirectional(chr(code)) in {
    "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI",
}]  # fmt: skip


def test_whatever_turns_the_letters_after_it_is_left_out() -> None:
    assert unturned(f"a{''.join(TURNING)}b") == "ab"


@pytest.mark.parametrize("text", ["plain", "שלום\u200f!", "நன்றி", "a\u200db"])
def test_what_shapes_a_word_or_belongs_to_one_stays(text: str) -> None:
    assert unturned(text) == text


def test_a_name_cannot_leave_its_isolation() -> None:
    assert isolated("a\u2069 b\u202e") == "\u2068a b\u2069"


def test_what_was_cut_off_is_read_piece_by_piece() -> None:
    scissors = Scissors()
    scissors.cut("0123456789", 5, pointer="/body")
    scissors.cut("a\n\nb /c: …d", 2, pointer="/customer/name")

    assert offcuts_in(scissors.rest()) == [("/body", "456789"), ("/customer/name", "\n\nb /c: …d")]
    assert offcuts_in("") == []
