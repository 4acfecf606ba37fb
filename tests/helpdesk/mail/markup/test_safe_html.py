"""What a mail said as HTML: what makes it up is kept, and what acts, loads or covers something is not."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.mail.markup.allowed_html import STYLES, TAGS, attributes_of
from helpdesk.mail.markup.pictures import ELSEWHERE, ENCLOSED
from helpdesk.mail.markup.safe_html import LONGEST, safe_html
from tests.helpdesk.mail.markup.hostile_html import HOSTILE

MORE = "<b>!</b>"
"""With it, anything is worth being shown."""

OURS = {"target": {"_blank"}, "rel": {"noopener noreferrer nofollow"}}


class Shown(HTMLParser):
    """What a parser that is not ours finds in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.others: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    def handle_decl(self, decl: str) -> None:
        self.others.append(decl)

    def handle_pi(self, data: str) -> None:
        self.others.append(data)

    def unknown_decl(self, data: str) -> None:
        self.others.append(data)


def expect_harmless(html: str) -> None:
    shown = Shown(html)
    assert shown.others == []
    for tag, attributes in shown.tags:
        assert tag in TAGS
        for name, value in attributes.items():
            assert name in attributes_of(tag) | ({ELSEWHERE, ENCLOSED} if tag == "img" else set(OURS))
            assert name != "src"
            assert value in OURS.get(name, {value})
            assert name != "href" or re.match(r"\s*(https?://|mailto:)", value, re.IGNORECASE)
            assert name != "style" or {each.split(":")[0] for each in value.split(";")} <= {"", *STYLES}


@pytest.mark.parametrize("html", HOSTILE)
def test_of_what_attacks_nothing_is_left_that_could(html: str) -> None:
    expect_harmless(safe_html(html + MORE) or safe_html(MORE + html))


PIECES = st.sampled_from(
    [
        *HOSTILE,
        *("<p>", "</p>", "<table>", "<td>", "</td>", "</table>", "<a href=https://x.example>", "</a>"),
        *('"', "'", ">", "<", "--", "&", "<!--", "]]>", "word"),
    ]
)


@given(
    st.lists(PIECES, max_size=12).map("".join) | st.text(st.sampled_from("<>/=\"'&;!-abipsx \n"), max_size=60)
)
def test_however_it_is_put_together_it_is_harmless(html: str) -> None:
    expect_harmless(safe_html(MORE + html))


@given(st.lists(PIECES, max_size=12).map("".join))
def test_what_was_made_harmless_stays_as_it_is(html: str) -> None:
    safe = safe_html(MORE + html)
    again = safe_html(safe)
    assert re.sub(r" data-(elsewhere|enclosed)=\"[^\"]*\"", "", safe) == again


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<h2>Order</h2><p>It is <em>blue</em>.</p>", "<h2>Order</h2><p>It is <em>blue</em>.</p>"),
        ("<ul><li><b>one</b><li>two</ul>", "<ul><li><b>one</b></li><li>two</li></ul>"),
        (
            "<table><tr><th>a<td colspan=2>b</table>",
            '<table><tbody><tr><th>a</th><td colspan="2">b</td></tr></tbody></table>',
        ),
        (
            "<a href=https://x.example/?a=1&b=2>here</a>",
            '<a href="https://x.example/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer nofollow">here</a>',
        ),
        ("<html dir=rtl lang=he><body><b>שלום</b>", '<div dir="rtl" lang="he"><div><b>שלום</b></div></div>'),
        (
            "<p style='margin:0;color:#c00;text-align:right'><b>late</b>",
            '<p style="color:#c00;text-align:right"><b>late</b></p>',
        ),
        (
            "<div><table><td>a</div><b>b</b></table>",
            "<div><table><tbody><tr><td>a<b>b</b></td></tr></tbody></table></div>",
        ),
        ("<b title='\0'>\ud800</b>&#0;&#xd800;", '<b title="\ufffd">\ufffd</b>\ufffd\ufffd'),
        ("<o:p></o:p><xml><w:x>no</w:x></xml><b>a < b</b>", "<b>a &lt; b</b>"),
    ],
)  # fmt: skip
def test_what_makes_up_a_text_is_kept(html: str, kept: str) -> None:
    assert safe_html(html) == kept


def test_pictures_are_named_and_not_loaded() -> None:
    html = "<img src='https://x.example/a?b&amp;c' alt='A \"frog\"' width=40>"
    html += "<img src='CID:one%40x.example'><img src=data:image/png;base64,AA alt=B>"

    assert safe_html(html) == (
        '<img alt="A &quot;frog&quot;" width="40" data-elsewhere="https://x.example/a?b&amp;c">'
        '<img data-enclosed="one@x.example"><img alt="B">'
    )


@pytest.mark.parametrize(
    "pixel",
    [
        "<img src=https://x.example/p width=1 height=1>",
        "<img src=https://x.example/p width='1px'>",
        "<img src=https://x.example/p height=0>",
        "<img src=https://x.example/p style='border:0; HEIGHT:1px;width: 1px'>",
        "<img src=https://x.example/p style='display:none!important'>",
        "<img src=https://x.example/p style='max-height:0'>",
    ],
)
def test_what_counts_who_reads_is_dropped(pixel: str) -> None:
    assert safe_html(MORE + pixel) == MORE


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<div dir=ltr>Hello,<br><br>where is it?</div><ul><li>one</ul>",
        "On Monday <a href='mailto:jon@x.example'>jon@x.example</a> wrote:<blockquote>Hi</blockquote>",
        "See <a href='https://x.example/a/'>https://x.example/a</a>",
        "<a name=top>words</a>",
        "<p><img src=https://x.example/p width=1 height=1></p>",
    ],
)
def test_what_says_no_more_than_its_text_is_not_kept(html: str) -> None:
    assert safe_html(html) == ""


@pytest.mark.parametrize(
    "html",
    ["<a href=https://x.example>here</a>", "<img src=cid:1>", "<table><td>1</table>", "<s>no</s><u>yes</u>"],
)
def test_what_says_more_than_its_text_is_kept(html: str) -> None:
    assert safe_html(f"<p>{html}</p>") != ""


@pytest.mark.parametrize("html", ["<b>" + "x" * LONGEST, "<b>x</b>" * 20_001, "<b>x</b>" + "&amp;" * 100_001])
def test_of_what_nobody_can_have_meant_the_text_has_to_do(html: str) -> None:
    assert safe_html(html) == ""
