"""What a mail says: text and HTML of one source, each block the way that its words run."""

from __future__ import annotations

import re

import pytest

from helpdesk.mail.composing.mail_body import MOST_QUOTED
from helpdesk.mail.composing.outgoing_mail import QuotedMessage
from helpdesk.mail.composing.text_direction import direction_of
from tests.helpdesk.mail.composing.mails import mail, read, text_of

QUOTE = QuotedMessage("On 10 March 2026 at 13:40, Dana wrote:", "שלום, איפה ההזמנה?\n\nOrder 7\n> earlier")


def test_the_plain_text_is_greeting_words_signature_and_what_was_asked() -> None:
    said = read(mail(greeting="Hello Dana,", signature="Mia\nShop", quotes=[QUOTE]))

    assert text_of(said, "plain") == (
        "Hello Dana,\n\nOn its way.\n\nMia\nShop\n\n"
        "On 10 March 2026 at 13:40, Dana wrote:\n> שלום, איפה ההזמנה?\n> \n> Order 7\n>> earlier\n"
    )


def test_each_block_has_its_own_direction_in_quotes_too() -> None:
    shown = text_of(read(mail(text="Your order:\n\nההזמנה בדרך", language="en", quotes=[QUOTE])), "html")
    ways = re.findall(r'<(p|blockquote|div)[^>]* dir="(\w+)"', shown)

    assert ways == [
        *(("div", "ltr"), ("p", "ltr"), ("p", "rtl"), ("p", "ltr")),
        *(("blockquote", "rtl"), ("p", "rtl"), ("p", "ltr")),
    ]


@pytest.mark.parametrize(
    ("language", "way"), [("he", "rtl"), ("he-IL", "rtl"), ("ta", "ltr"), ("en-GB", "ltr")]
)
def test_the_whole_is_in_the_mail_s_language(language: str, way: str) -> None:
    shown = text_of(read(mail(language=language)), "html")

    assert f'<html lang="{language}" dir="{way}">' in shown
    assert f'<div lang="{language}" dir="{way}">' in shown


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("Attend עובד מצוין היום", "rtl"),
        ("see https://shop.example/a/b/c שלום לך", "rtl"),
        ("வணக்கம் Attend", "ltr"),
        ("שלום means hello to us", "ltr"),
        ("12:30 (?)", "fallback"),
        ("שלום hello", "rtl"),
    ],
)
def test_most_words_decide_and_addresses_are_no_words(text: str, way: str) -> None:
    assert direction_of(text, otherwise="fallback") == way


@pytest.mark.parametrize(
    ("text", "address", "after"),
    [
        ("https://x.example/a.", "https://x.example/a", "."),
        ("(see https://x.example/a_(b))", "https://x.example/a_(b)", ")"),
        ("https://x.example/?a=1&b=2, or", "https://x.example/?a=1&amp;b=2", ", or"),
        ("HTTP://X.example!", "HTTP://X.example", "!"),
    ],
)
def test_web_addresses_are_links_without_the_sentence_around_them(
    text: str, address: str, after: str
) -> None:
    shown = text_of(read(mail(text=text)), "html")

    assert f'<a href="{address}">{address}</a>{after}' in shown


def test_mail_addresses_are_links_and_scripts_are_text() -> None:
    shown = text_of(read(mail(text='jon@home.example javascript:alert(1) "><script>')), "html")

    assert '<a href="mailto:jon@home.example">jon@home.example</a>' in shown
    assert shown.count("href") == 1
    assert "&quot;&gt;&lt;script&gt;" in shown


def test_of_a_long_story_the_newest_is_quoted_as_far_as_it_fits() -> None:
    quotes = [QuotedMessage(f"{number}:", str(number) * (MOST_QUOTED // 2)) for number in range(1, 5)]

    said = text_of(read(mail(quotes=quotes)), "plain")

    assert ["1:" in said, "2:" in said, "3:" in said] == [True, True, False]


def test_the_newest_is_quoted_however_long_it_is() -> None:
    said = text_of(
        read(mail(quotes=[QuotedMessage("1:", "x" * 2 * MOST_QUOTED), QuotedMessage("2:", "y")])), "plain"
    )

    assert "x" * 2 * MOST_QUOTED in said
    assert "2:" not in said
