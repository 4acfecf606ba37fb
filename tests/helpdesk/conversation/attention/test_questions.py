"""Questions are found in any script, with marks and without; what is quoted asks nothing."""

from __future__ import annotations

import pytest

from helpdesk.conversation.attention.questions import LONGEST, MOST, questions_in

ASKED = {
    "two of them": ("Where is it? I paid. Can you refund me?", ["Where is it?", "Can you refund me?"]),
    "none": ("It came. Thank you!", []),
    "over a broken line": ("Where is\nmy parcel?", ["Where is my parcel?"]),
    "in quotation marks": ('He said "is it late?" and left.', ['He said "is it late?"']),
    "excited": ("Where is it?!", ["Where is it?!"]),
    "an address of the web": ("See https://shop.example/?id=3 please.", []),
    "only a mark": ("?", []),
    "numbered points": (
        "Please:\n1. the lamp\n2) the chair?\n\nThanks",
        ["the lamp", "the chair?"],
    ),
    "a point over two lines": (
        "1. the lamp\n   that was broken\n2. more",
        ["the lamp that was broken", "more"],
    ),
    "bullets ask by their marks": ("- Is it blue?\n- It is late.", ["Is it blue?"]),
    "Arabic": ("أين طلبي؟ شكرا.", ["أين طلبي؟"]),
    "Chinese, without blanks": ("我的包裹在哪里？谢谢。", ["我的包裹在哪里？"]),
    "Greek, by its own mark": ("Πού είναι; Ευχαριστώ.", ["Πού είναι;"]),
    "a semicolon elsewhere": ("It is late; I wait.", []),
    "Armenian": ("Ո՞ւր է իմ պատվերը։", ["Ո՞ւր է իմ պատվերը։"]),
    "Hebrew": ("איפה ההזמנה שלי?", ["איפה ההזמנה שלי?"]),
    "Hebrew without a mark": ("שלום. מתי זה מגיע. תודה", ["מתי זה מגיע."]),
    "Hebrew with *and*": ("וכמה זה עולה", ["וכמה זה עולה"]),
    "a Hebrew word that only begins so": ("מיכל שלחה חבילה.", []),
    "Tamil": ("என் பார்சல் எங்கே?", ["என் பார்சல் எங்கே?"]),
    "Tamil without a mark": ("என் பார்சல் எப்போது வரும்", ["என் பார்சல் எப்போது வரும்"]),
    "Tamil by its ending": ("பணத்தைத் திருப்பித் தர முடியுமா", ["பணத்தைத் திருப்பித் தர முடியுமா"]),
    "Tamil that tells": ("பார்சல் வந்தது. நன்றி", []),
    "what was quoted": ("Yes.\n> Is it blue?", []),
}


@pytest.mark.parametrize("case", ASKED)
def test_what_is_asked_is_found(case: str) -> None:
    text, asked = ASKED[case]
    assert questions_in([text]) == asked


def test_what_is_asked_twice_is_one_question() -> None:
    assert questions_in(["Where is it?", "Hello. Where is it?"]) == ["Where is it?"]


def test_no_more_are_listed_than_can_be_answered_and_none_is_endless() -> None:
    many = questions_in([" ".join(f"Is it number {number}?" for number in range(99))])
    assert len(many) == MOST
    [long] = questions_in(["Why " + "so " * 400 + "late?"])
    assert len(long) <= LONGEST


def test_whatever_is_written_is_read_in_one_go() -> None:
    assert questions_in(["1." * 50_000, "? " * 50_000, "\n" * 100_000, "a" * 100_000]) == []
