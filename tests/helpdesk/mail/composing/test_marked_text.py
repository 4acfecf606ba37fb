"""What agents type, as HTML: lists, words that stand out, links; what only looks like a mark stays as it is."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.mail.composing.mail_body import legible_text
from helpdesk.mail.composing.marked_line import marked_line
from helpdesk.mail.composing.outgoing_mail import QuotedMessage
from helpdesk.mail.composing.text_blocks import marked_blocks, plain_blocks
from tests.helpdesk.mail.composing.mails import mail, read, text_of


def marked(text: str) -> str:
    return "".join(marked_blocks(text, way="ltr"))


@pytest.mark.parametrize(
    ("line", "html"),
    [
        ("**now** and **then**", "<strong>now</strong> and <strong>then</strong>"),
        ("(**now**), or **never**!", "(<strong>now</strong>), or <strong>never</strong>!"),
        ("**two words**", "<strong>two words</strong>"),
        ("**שלום** לך", "<strong>שלום</strong> לך"),
        ("[here](https://x.example/a?b=1&c=2)", '<a href="https://x.example/a?b=1&amp;c=2">here</a>'),
        ("[a](https://x.example/b_(c)).", '<a href="https://x.example/b_(c)">a</a>.'),
        ("[us](mailto:help@x.example)", '<a href="mailto:help@x.example">us</a>'),
        ("**[here](https://x.example)**", '<strong><a href="https://x.example">here</a></strong>'),
        ("**https://x.example/a**, now", '<strong><a href="https://x.example/a">https://x.example/a</a></strong>, now'),
        ("**a **b**", "**a <strong>b</strong>"),
        ("**<b>**", "<strong>&lt;b&gt;</strong>"),
    ],
)  # fmt: skip
def test_marks_are_what_they_mean(line: str, html: str) -> None:
    assert marked_line(line) == html


@pytest.mark.parametrize(
    "line",
    [
        "2*3*4 and 2**3**4",
        "a_b and __init__ and *stars*",
        "def f(*args, **kwargs): pass **",
        "** not so **",
        "****",
        "***three***",
        "**open",
        "shut**",
        "ab**cd**ef",
        "`code` # no heading",
        "[here](javascript:alert(1))",
        "[here](JAVASCRIPT://x.example/%0aalert(1))",
        "[here](data:text/html,x)",
        "[here](/logout/)",
        "[here](//x.example)",
        "[here] (x)",
        "[](x)",
        "[a\\](x)",
    ],
)
def test_what_only_looks_like_a_mark_stays_as_it_was_typed(line: str) -> None:
    assert unescape(marked_line(line)) == line


@pytest.mark.parametrize(
    "address", ["https://x.example/**a**b", "https://x.example/a**b?c=**d", "https://x.example/[a](b)"]
)
def test_an_address_stays_whole(address: str) -> None:
    assert marked_line(address) == f'<a href="{address}">{address}</a>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("- one\n- two", '<ul dir="ltr"><li dir="ltr">one</li><li dir="ltr">two</li></ul>'),
        (
            "Please:\n3. one\n4. two\nThanks",
            (
                '<p dir="ltr">Please:</p><ol dir="ltr"><li value="3" dir="ltr">one</li>'
                '<li value="4" dir="ltr">two</li></ol><p dir="ltr">Thanks</p>'
            ),
        ),
        (
            "- one\n  and a half\n- **two**",
            '<ul dir="ltr"><li dir="ltr">one<br>and a half</li><li dir="ltr"><strong>two</strong></li></ul>',
        ),
        (
            "- אחת\n- שתיים\n- three",
            '<ul dir="rtl"><li dir="rtl">אחת</li><li dir="rtl">שתיים</li><li dir="ltr">three</li></ul>',
        ),
    ],
)
def test_lines_under_each_other_are_a_list(text: str, html: str) -> None:
    assert marked(text) == html


@pytest.mark.parametrize(
    "text",
    [
        "Best\n- Mia",
        "-- \nMia\nShop",
        "> - one\n> - two",
        "-5 degrees\n-3 degrees",
        "1. of March it left.",
        "2026. was long\n2027. is not",
        "- one\n\n- two",
        "  - one\n  - two",
        "-\n-",
    ],
)
def test_what_only_looks_like_a_list_is_none(text: str) -> None:
    assert marked(text) == "".join(plain_blocks(text, way="ltr"))


def test_a_mail_says_both_from_one_source() -> None:
    text = "Take **both**:\n- [this](https://x.example/1)\n- that"
    quote = QuotedMessage("Shop wrote:", "**Which?**", marked=True)
    theirs = QuotedMessage("Jon wrote:", "**2**")
    said = read(mail(text=text, marked=True, quotes=[quote, theirs], greeting="**Hi**", signature="- a\n- b"))

    assert text in text_of(said, "plain")
    html = text_of(said, "html")
    assert "<strong>both</strong>" in html
    assert '<a href="https://x.example/1">this</a>' in html
    assert re.findall(r"<li[^>]*>(.*?)</li>", html)[1] == "that"
    assert "<strong>Which?</strong>" in html
    assert "**2**" in html
    assert "**Hi**" in html
    assert "- a<br>- b" in html


def test_what_a_machine_wrote_is_as_it_was_written() -> None:
    assert "**so**" in text_of(read(mail(text="**so**")), "html")


PIECES = st.sampled_from(
    [
        *(
            "**",
            "*",
            "- ",
            "1. ",
            "\n",
            "\n\n",
            "  ",
            "[",
            "]",
            "(",
            ")",
            "](",
            "https://",
            "x.example",
            "mailto:",
        ),
        *("word", "שלום", " ", "<", ">", "&", '"', "'", "javascript:", "\u202e", "\t"),
    ]
)
typed = st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=60)
TAG = re.compile(
    r'</?(?:p|ul|ol|strong)(?: dir="(?:ltr|rtl)")?>|</?li(?: value="[0-9]+")?(?: dir="(?:ltr|rtl)")?>|<br>|</a>'
    r'|<a href="(?:https?://|mailto:)[^"<>]*">',
    re.IGNORECASE,
)


@given(typed)
def test_whatever_is_typed_nothing_is_markup_but_ours(text: str) -> None:
    assert not re.search(r"[<>]", TAG.sub("", marked(legible_text(text))))


@given(typed)
def test_whatever_is_typed_all_its_words_are_there(text: str) -> None:
    shown = re.sub(r'<(?:a href|li value)="([^"]*)"[^>]*>', r" \1 ", marked(legible_text(text)))
    words = re.findall(r"\w+", unescape(TAG.sub(" ", shown)))

    assert set(re.findall(r"\w+", legible_text(text))) <= set(words)


@given(st.text(st.characters(blacklist_characters="*[-0123456789"), max_size=200))
def test_what_has_no_mark_is_as_plain_text_is(text: str) -> None:
    text = legible_text(text)
    assert marked(text) == "".join(plain_blocks(text, way="ltr"))


@pytest.mark.parametrize(
    "piece",
    [
        *("**", "**a ", "(**", "[", "[a](https://", "[a](https://(", "https://**", "https://x**y", "a@"),
        *("- ", "1. a\n", "- a\n  b\n", " \n"),
    ],
)
def test_what_is_made_of_it_grows_with_its_length(piece: str) -> None:
    text = piece * (100_000 // len(piece))

    assert len(marked(text)) < 40 * len(text)
