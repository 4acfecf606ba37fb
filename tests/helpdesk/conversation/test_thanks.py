"""A thank-you is known by its words; whatever might ask for something is none."""

from __future__ import annotations

import pytest

from helpdesk.conversation.attention.thanks import says_only_thanks


@pytest.mark.parametrize(
    "text",
    [
        "Thanks!",
        "Thank you very much for your help.",
        "Vielen Dank für die schnelle Antwort!",
        "Merci beaucoup",
        "¡Muchas gracias por su ayuda!",
        "תודה רבה",
        "மிக்க நன்றி",
        "谢谢",
        "Спасибо",
    ],
)
def test_thanks_alone_are_thanks(text: str) -> None:
    assert says_only_thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hello",
        "Thanks, but where is it?",
        "Thanks. It has not come",
        "Thanks, please send it again",
        "Thanks, order 1001",
        "תודה, מתי זה מגיע",
        "תודה؟",
        "Danke, aber es ist kaputt",
        "no thanks",
        "Thanks for nothing",
        "நன்றி. எங்கே",
        "Thank you " * 7,
    ],
)
def test_whatever_might_ask_is_none(text: str) -> None:
    assert not says_only_thanks(text)
