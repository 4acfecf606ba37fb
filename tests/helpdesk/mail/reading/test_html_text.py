"""HTML as plain text that can be read."""

from __future__ import annotations

import pytest

from helpdesk.mail.reading.html_text import RULE, plain_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Hello,</p><p>where\n is it?</p>", "Hello,\n\nwhere is it?"),
        ("<div>One</div><div>two<br>three</div>", "One\ntwo\nthree"),
        ("<div>One</div><div><br></div><div>two</div>", "One\n\ntwo"),
        ("a<br><br>b", "a\n\nb"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("<ol><li>one<li>two</ol>", "1. one\n2. two"),
        ("<ul><li>one<ol><li>inner</li></ol></li></ul>", "- one\n\n  1. inner"),
        (
            'See <a href="https://shop.example/a?b=1&amp;c=2">the order</a>.',
            "See the order <https://shop.example/a?b=1&c=2>.",
        ),
        ('<a href="https://shop.example/">shop.example</a>', "shop.example"),
        ('<a href="mailto:eva@shop.example">eva@shop.example</a>', "eva@shop.example"),
        ('<a href="javascript:alert(1)">press</a>', "press"),
        ("<blockquote><p>Hi</p><p>there</p></blockquote><p>Bye</p>", "> Hi\n>\n> there\n\nBye"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n>\n> > b"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a\tb\nc"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ('<img alt="A frog" src="cid:1">', "[A frog]"),
        ("one<hr>two", f"one\n{RULE}\ntwo"),
        ("&lt;b&gt; &amp; &eacute;&#8364;&nbsp;x", "<b> & é€ x"),
        ("a < b and b > a", "a < b and b > a"),
        ("<style>p { color: red }</style><script>alert('<p>')</script>Seen", "Seen"),
        ("<head><title>No</title></head>Yes", "Yes"),
        ("<!-- <p>no</p> -->yes<!--[if mso]>no<![endif]-->", "yes"),
        ("never <!-- closed", "never"),
        ("never <a href='x", "never <a href='x"),
        ("<o:p>&nbsp;</o:p>", ""),
        ("<?xml version='1'?><!DOCTYPE html>x", "x"),
        ("", ""),
    ],
)
def test_what_a_reader_would_see_is_written(html: str, text: str) -> None:
    assert plain_text(html) == text
