"""HTML in which every element ends: bounded in depth, and in what a parser makes of it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.mail.markup.allowed_html import EMPTY_TAGS
from helpdesk.mail.markup.nested_html import DEEPEST, MOST_STRESSED, MOST_TAGS, well_nested
from helpdesk.mail.markup.safe_html import safe_html

TAG = re.compile(r'<(/?)([a-z0-9]+)(?: [a-z]+="[^"]*")*>')


def deepest(html: str, *, of: str = "") -> int:
    """Return how deep its elements lie within each other; each must end, in order."""
    still_open: list[str] = []
    depths = [0]
    for ends, name in TAG.findall(html):
        if ends:
            assert still_open.pop() == name
        elif name not in EMPTY_TAGS:
            still_open.append(name)
            depths.append(len([each for each in still_open if not of or each == of]))
    assert still_open == []
    return max(depths)


@pytest.mark.parametrize(
    ("html", "nested"),
    [
        ("<p>a<p>b<div>c", "<p>a</p><p>b</p><div>c</div>"),
        ("<b><p>a</b>b</p>", "<b><p>a</p></b>b"),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        ("<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>"),
        ("<a href=1>a<a href=2>b</a></a>", '<a href="1">a</a><a href="2">b</a>'),
        ("<table><tr><td>a<tr><td>b</table>", "<table><tr><td>a</td></tr><tr><td>b</td></tr></table>"),
        ("</p></div>a<br/>b</br>", "a<br>b"),
        ("a<b", "a"),
        ("a <3 <- 1<2", "a &lt;3 &lt;- 1&lt;2"),
        ("<td title='a>b' onclick=x title=c>x", '<td title="a>b">x</td>'),
        ("<p title='say \"hi\"'>x</p>", '<p title="say &quot;hi&quot;">x</p>'),
        ("<x-y>a</x-y><b-c>d", "ad"),
    ],
)
def test_elements_end_where_browsers_end_them(html: str, nested: str) -> None:
    assert well_nested(html) == nested


NAMES = ("p", "b", "a", "font", "table", "tr", "td", "li", "ul", "div", "br", "body")
SOUP = st.lists(
    st.sampled_from([f"<{end}{name}>" for end in ("", "/") for name in NAMES] + ["x", "<", "'"]), max_size=300
)


@given(SOUP.map("".join))
def test_whatever_comes_every_element_ends_in_order(html: str) -> None:
    assert deepest(well_nested(html)) <= DEEPEST


@pytest.mark.parametrize("name", ["div", "blockquote", "font", "a", "table"])
def test_what_lies_deeper_is_there_without_its_element(name: str) -> None:
    nested = well_nested(f"<{name}>" * 500 + "words" + f"</{name}>" * 500 + "after")

    assert deepest(nested) <= DEEPEST
    assert nested.endswith("after")
    assert "words" in nested


def test_what_stands_out_is_not_carried_on_without_end() -> None:
    fonts = "".join(f"<font color={number}>" for number in range(2000))

    assert deepest(well_nested(fonts + "<p>x</p>" * 2000), of="font") == MOST_STRESSED


@pytest.mark.parametrize(
    "html",
    [
        "".join(f"<font color={number}>" for number in range(9)) + "<p>x" * (MOST_TAGS - 9),
        "<div>" * (MOST_TAGS // 2) + "<p>" * (MOST_TAGS // 2),
        "<table><td>" * (MOST_TAGS // 2),
        '<a "' * MOST_TAGS,
        "<!--" * MOST_TAGS,
        "<style>" * MOST_TAGS,
        "&" * 100_000,
    ],
)
def test_what_is_made_of_it_grows_with_its_length(html: str) -> None:
    assert len(safe_html("<b>!</b>" + html)) < 10 * len(html) + 100
