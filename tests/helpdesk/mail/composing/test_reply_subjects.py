"""The subject of an answer is the question's, and one *Re:*."""

from __future__ import annotations

import pytest

from helpdesk.mail.composing.reply_subject import reply_subject


@pytest.mark.parametrize(
    "asked",
    [
        *(
            "Order 7",
            "Re: Order 7",
            "RE: Order 7",
            "re:Order 7",
            "Re : Order 7",
            "Re: Re: Order 7",
            "Re[2]: Order 7",
        ),
        *(
            "Re(3): Order 7",
            "Re^2: Order 7",
            "AW: Order 7",
            "Antw: Order 7",
            "SV: Order 7",
            "Odp: Order 7",
            "VS: Order 7",
        ),
        *(
            "RE：Order 7",
            "回复：Order 7",
            "השב: Order 7",
            "תגובה: Order 7",
            "\u200fתשובה\u200f: Order 7",
            "பதில்: Order 7",
        ),
        *("  AW: Re: SV: Order 7", "\u202bRe: \u202cOrder 7"),
    ],
)
def test_there_is_one_re_whatever_programs_have_put_before(asked: str) -> None:
    assert reply_subject(asked) == "Re: Order 7"


@pytest.mark.parametrize(
    "asked",
    [
        "Fwd: Re: x",
        "R: x",
        "Return: x",
        "Regarding: x",
        "re x",
        "Rest: x",
        "שלום: x",
        "[Shop] Re: x",
        "Res x",
        "Aware: x",
    ],
)
def test_whatever_else_it_says_stays(asked: str) -> None:
    assert reply_subject(asked) == f"Re: {asked}"


def test_an_empty_subject_is_answered_too() -> None:
    assert reply_subject("") == "Re:"
    assert reply_subject("Re:") == "Re:"
