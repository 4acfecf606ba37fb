"""What is read of a mail."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime

import pytest

from helpdesk.mail.reading.headers.mail_addresses import MailAddress
from helpdesk.mail.reading.letter import UnreadableMail, read
from tests.helpdesk.mail.reading.raw_mails import letter, multipart, part, raw


def test_a_mail_says_who_wrote_what_to_whom_and_when() -> None:
    found = letter(
        "Message-ID: <1@shop.example>",
        "From: =?utf-8?q?Zo=C3=AB?= <zoe@customer.example>",
        "To: Help <help@shop.example>, other@shop.example",
        "Cc: Jon <jon@customer.example>",
        "Reply-To: zoe@home.example",
        "Subject: =?utf-8?b?15DXmdek15Q=?= my\r\n parcel",
        "Date: Fri, 6 Mar 2026 15:30:00 +0530",
        "In-Reply-To: <0@shop.example>",
        "References: <a@shop.example>\r\n <0@shop.example>",
    )

    assert (found.message_id, found.in_reply_to) == ("1@shop.example", "0@shop.example")
    assert found.references == ("a@shop.example", "0@shop.example")
    assert found.sender == MailAddress("zoe@customer.example", "Zoë")
    assert [each.address for each in found.to] == ["help@shop.example", "other@shop.example"]
    assert found.cc == (MailAddress("jon@customer.example", "Jon"),)
    assert found.reply_to.address == "zoe@home.example"
    assert found.subject == "איפה my parcel"
    assert found.date == datetime(2026, 3, 6, 10, 0, tzinfo=UTC)
    assert found.text == "Where is my parcel?"
    assert found.automatic is None
    assert found.report is None


def test_whom_a_group_wrote_over_is_kept() -> None:
    found = letter("From: 'Eva' via Help <help@shop.example>", "X-Original-From: Eva <eva@customer.example>")

    assert found.original_from == MailAddress("eva@customer.example", "Eva")


@pytest.mark.parametrize(("raw_mail", "reason"), [(b"", "empty"), (b"\r\n \r\n", "neither")])
def test_where_there_is_nothing_to_read_a_sentence_says_so(raw_mail: bytes, reason: str) -> None:
    with pytest.raises(UnreadableMail, match=reason):
        read(raw_mail)


def test_words_without_headers_are_a_letter() -> None:
    assert read(b"Hello, where is it?").text == "Hello, where is it?"


def test_of_alternatives_the_plain_text_is_read_and_the_html_kept() -> None:
    found = read(
        multipart("multipart/alternative", part("Hello"), part("<p>Hello</p>", "text/html; charset=utf-8"))
    )

    assert (found.text, found.html) == ("Hello", "<p>Hello</p>")


def test_plain_text_that_says_nothing_gives_way_to_html() -> None:
    found = read(multipart("multipart/alternative", part(" \r\n"), part("<p>Hello</p>", "text/html")))

    assert found.text == "Hello"


def test_words_around_a_picture_are_all_read_in_order() -> None:
    picture = part(
        b64encode(b"\x89PNG"), "image/png", "Content-Transfer-Encoding: base64", "Content-ID: <p1>"
    )

    found = read(multipart("multipart/mixed", part("Before"), picture, part("After")))

    assert found.text == "Before\n\nAfter"
    assert [(each.content_type, each.content, each.size, each.content_id) for each in found.files] == [
        ("image/png", b"\x89PNG", 4, "p1")
    ]


def test_plain_words_beside_html_are_in_the_html_too() -> None:
    found = read(multipart("multipart/mixed", part("a < b"), part("<p>c</p>", "text/html")))

    assert found.html == "<pre>a &lt; b</pre>\n<p>c</p>"


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        (["Content-Disposition: attachment; filename=report.txt"], "report.txt"),
        (["Content-Disposition: attachment; filename*=utf-8''%E0%AE%85.txt"], "அ.txt"),
        (["Content-Disposition: attachment; filename*0*=utf-8''%D7; filename*1*=%90.txt"], "א.txt"),
        (['Content-Disposition: attachment;\r\n filename*0="long "; filename*1=name.txt'], "long name.txt"),
        (['Content-Disposition: attachment; filename="=?utf-8?b?15AudHh0?="'], "א.txt"),
        (['Content-Disposition: attachment; filename="C:\\TEMP\\a.txt"'], "a.txt"),
        (['Content-Disposition: attachment; filename="../../etc/passwd"'], "passwd"),
        (['Content-Disposition: attachment; filename="a\\"b.txt"'], 'a"b.txt'),
        (["Content-Disposition: attachment"], ""),
        (["Content-Disposition: attachment; filename*99999=x; filename*=broken'"], "broken'"),
    ],
)
def test_a_file_has_the_name_that_was_meant(headers: list[str], name: str) -> None:
    found = read(multipart("multipart/mixed", part("Hello"), part("content", "text/plain", *headers)))

    assert [each.name for each in found.files] == [name]
    assert found.text == "Hello"


def test_a_forwarded_mail_is_a_file_and_its_words_are_not_ours() -> None:
    found = read(
        multipart("multipart/mixed", part("See below"), part(raw("Subject: inner"), "message/rfc822"))
    )

    assert found.text == "See below"
    assert [(each.content_type, each.content[:14]) for each in found.files] == [
        ("message/rfc822", b"Subject: inner")
    ]


@pytest.mark.parametrize(
    ("body", "content"),
    [
        (b"begin 644 cat.txt\n#0V%T\n`\nend\n", b"Cat"),
        (b"begin 644 cat.txt\n#0V%T~~~~\nend\n", b"Cat"),
        (b"no beginning", b"no beginning"),
    ],
)
def test_an_old_way_of_sending_files_is_read(body: bytes, content: bytes) -> None:
    file = part(body, "application/octet-stream; name=cat.txt", "Content-Transfer-Encoding: x-uuencode")

    assert read(multipart("multipart/mixed", part("Cat"), file)).files[0].content == content


def test_lines_broken_for_the_journey_are_put_together() -> None:
    body = "A long \r\nline.\r\n>> quoted \r\n>> too\r\n-- \r\nEva"

    assert (
        letter("Content-Type: text/plain; format=flowed", body=body).text
        == "A long line.\n>> quoted too\n-- \nEva"
    )


def test_a_boundary_inside_another_is_not_mistaken_for_it() -> None:
    inner = multipart("multipart/alternative", part("Hello"), boundary="line-2")

    assert read(multipart("multipart/mixed", inner, part("Bye"), boundary="line")).text == "Hello\n\nBye"


@pytest.mark.parametrize("ending", [b"", b"--line", b"--line--", b"--other--"])
def test_a_multipart_that_is_cut_off_keeps_what_was_there(ending: bytes) -> None:
    whole = multipart("multipart/mixed", part("Hello"), part("Bye"))

    assert read(whole.removesuffix(b"--line--\r\n") + ending).text.split() == [
        "Hello",
        "Bye",
        *(["--other--"] if ending == b"--other--" else []),
    ]


def test_a_line_that_is_no_header_hides_none() -> None:
    assert letter("Subject: one", "this is no header", "To: a@b.example").to == (MailAddress("a@b.example"),)


def test_without_an_empty_line_the_words_begin_where_no_header_follows() -> None:
    found = read(b"Subject: one\r\nHello there,\r\nwhere is it?")

    assert (found.subject, found.text) == ("one", "Hello there,\nwhere is it?")


def test_words_that_are_all_there_is_are_no_file_whatever_they_are_called() -> None:
    found = letter("Content-Type: text/plain; name=mail.txt", body="Where is it?")

    assert (found.text, found.files) == ("Where is it?", ())


def test_words_that_are_called_an_attachment_are_a_file_though_alone() -> None:
    found = letter(
        "Content-Type: text/plain", "Content-Disposition: attachment; filename=a.txt", body="A list"
    )

    assert (found.text, [(each.name, each.content) for each in found.files]) == ("", [("a.txt", b"A list")])


@pytest.mark.parametrize(
    "meta",
    [
        '<meta charset="windows-1255">',
        "<META http-equiv=Content-Type content='text/html; charset=windows-1255'>",
    ],
)
def test_html_may_say_itself_in_which_charset_it_is(meta: str) -> None:
    body = f"<html><head>{meta}</head><p>של</p>".encode("cp1255")

    assert letter("Content-Type: text/html", body=body).text == "של"
