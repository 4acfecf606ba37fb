"""Whatever bytes arrive: they are read, in bounds, and no header carries a line's end along."""

from __future__ import annotations

import tracemalloc
from base64 import b64encode
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.mail.reading.body_text import LONGEST_BODY
from helpdesk.mail.reading.headers.mail_addresses import MOST_ADDRESSES
from helpdesk.mail.reading.headers.message_ids import MOST_IDS
from helpdesk.mail.reading.letter import Letter, UnreadableMail, read
from helpdesk.mail.reading.mime_parts import DEEPEST, MOST_PARTS
from tests.helpdesk.mail.reading.raw_mails import letter, multipart, part

NAMES = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "References",
    "Content-Type",
    "Content-Transfer-Encoding",
]
NAMES += ["Content-Disposition", "Reply-To", "Auto-Submitted", "X-Original-From", "Return-Path", "Precedence"]
SCRAPS = [
    *(
        b"\r\n",
        b"\n",
        b"\r",
        b" ",
        b"<",
        b">",
        b'"',
        b"(",
        b"\\",
        b"@",
        b",",
        b";",
        b":",
        b"=?",
        b"?=",
        b"?q?",
        b"?b?",
    ),
    *(b"\x00", b"\xff", b"\xed\xa0\x80", b"--", b"--x", b"--x--", b"=", b"=3", b"%", b"*0*=", b"utf-8''"),
    *(
        b"multipart/mixed; boundary=x",
        b"text/html",
        b"message/delivery-status",
        b"multipart/report",
        b"base64",
    ),
    *(
        b"charset=utf-7",
        b"charset=idna",
        b"format=flowed",
        b"x-uuencode",
        b"begin 644 a\n",
        b"zlib",
        b"<a href=x",
    ),
    *(b"31 Feb 99999 99:99 +9999999999", b"Content-Type: "),
]
LONG = [*SCRAPS, b"a@b.example, ", b"<a@b.example> ", b"=?utf-8?q?a?= ", b"((", b'\\"', b"; a*0=b"]
BASE64 = "Content-Transfer-Encoding: base64"


def lines(found: Any) -> list[str]:
    """Return every value that came from a header."""
    if isinstance(found, dict):
        return [
            line
            for name, value in found.items()
            if name not in {"text", "html", "markup", "content"}
            for line in lines(value)
        ]
    if isinstance(found, (list, tuple)):
        return [line for value in found for line in lines(value)]
    return [found] if isinstance(found, str) else []


def assert_legible(found: Letter) -> None:
    for line in lines(asdict(found)):
        assert not set(line) & {"\r", "\n", "\0"}
        line.encode()
    for text in (found.text, found.html):
        assert "\0" not in text
        assert len(text.encode()) <= LONGEST_BODY * 4


def read_or_refuse(raw: bytes) -> None:
    try:
        assert_legible(read(raw))
    except UnreadableMail as refused:
        assert str(refused)  # noqa: PT017 - either is right; that there is a sentence is what is asked


@given(st.binary(max_size=2000))
def test_any_bytes_are_read_or_refused_with_a_reason(raw: bytes) -> None:
    read_or_refuse(raw)


@given(
    st.lists(
        st.one_of(
            st.sampled_from([f"\r\n{name}: ".encode() for name in NAMES]),
            st.sampled_from(SCRAPS),
            st.binary(max_size=8),
        ),
        max_size=60,
    )
)
def test_what_looks_like_a_mail_and_is_none_is_read_too(scraps: list[bytes]) -> None:
    read_or_refuse(b"".join(scraps))


def test_every_real_mail_is_read_however_it_is_cut_off(shared_data: Path) -> None:
    mails = [path.read_bytes() for path in (shared_data / "emails/permissive").rglob("*") if path.is_file()]

    for mail in mails:
        assert_legible(read(mail))
        for place in range(0, len(mail), max(len(mail) // 7, 1)):
            read_or_refuse(mail[:place])
            read_or_refuse(mail[place:])
    assert len(mails) == 145


def test_a_header_cannot_bring_another_along() -> None:
    subject = b64encode(b"Hello\r\nBcc: all@shop.example\x00").decode()

    found = letter(f"Subject: =?utf-8?b?{subject}?=", "From: =?utf-8?q?a=0D=0ABcc=3A?= <a@b.example>")

    assert_legible(found)
    assert found.subject == "Hello  Bcc: all@shop.example\ufffd"


HUGE = 100_000


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("scrap", LONG)
def test_a_header_as_long_as_a_book_is_read_in_bounds(name: str, scrap: bytes) -> None:
    read_or_refuse(name.encode() + b": " + scrap * (HUGE // len(scrap)) + b"\r\n\r\nHello")


def test_a_thousand_parts_deep_nothing_is_lost_and_no_stack_ends() -> None:
    nested = b"".join(
        f'Content-Type: multipart/mixed; boundary="b{depth}"\r\n\r\n--b{depth}\r\n'.encode()
        for depth in range(1000)
    )

    found = read(nested + part("Hello"))

    assert len(found.files) == 1
    assert b"Hello" in found.files[0].content
    assert found.files[0].content.count(b"boundary") == 999 - DEEPEST


def test_of_many_parts_so_many_are_taken() -> None:
    file = part("x", "application/octet-stream")

    assert len(read(multipart("multipart/mixed", *[file] * (MOST_PARTS * 2))).files) == MOST_PARTS


def test_of_many_names_and_references_so_many_are_kept() -> None:
    many = [f"<{number}@shop.example>" for number in range(5000)]

    found = letter("To: " + ",".join(many), "References: " + " ".join(many))

    assert len(found.to) == MOST_ADDRESSES
    assert len(found.references) == MOST_IDS
    assert (found.references[0], found.references[-1]) == ("0@shop.example", "4999@shop.example")


def test_a_bomb_is_kept_as_it_came() -> None:
    bomb = b"PK\x03\x04" + b"\x00" * 1000

    found = read(multipart("multipart/mixed", part(b64encode(bomb), "application/zip", BASE64)))

    assert found.files[0].content == bomb


@pytest.mark.parametrize("picture", [b64encode(b"x" * 3_000_000), b"QQ==\n" * 600_000, b"Q\n" * 1_500_000])
def test_a_large_mail_takes_no_more_room_than_a_few_of_its_kind(picture: bytes) -> None:
    large = multipart("multipart/mixed", part("Hello"), part(picture, "image/png", BASE64))
    tracemalloc.start()

    read(large)

    assert tracemalloc.get_traced_memory()[1] < 5 * len(large)
    tracemalloc.stop()


WHOLE = 25_000_000
"""In bytes: what a mail may have. Anything that grows faster than a mail does would not end in time."""

MIXED = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"


@pytest.mark.parametrize(
    ("head", "scrap"),
    [
        (b"", b"A: b\r\n"),
        (b"A: b\r\n", b" x\n"),
        (b"A: b\r\n", b"no header\nA:b\n"),
        (b"A: b\r\n\r\n", b"\n"),
        (MIXED, b"--b\n"),
        (MIXED, b"x--b"),
        (MIXED, b"--bb"),
        (MIXED, b"--b" + b" " * 300),
        (
            MIXED + b"--b\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\n",
            b"QUFB" * 20 + b"==\n",
        ),
        (MIXED, b"--b\nContent-Type: text/html\n\n" + b"<p>x" * 20_000 + b"\n"),
    ],
)
def test_a_mail_as_large_as_any_is_read_in_bounds(head: bytes, scrap: bytes) -> None:
    read_or_refuse(head + scrap * (WHOLE // len(scrap)))


def test_a_body_is_found_below_a_head_that_is_too_long() -> None:
    found = read(b"Subject: one\r\nX-Long: " + b"x\r\n " * 400_000 + b"\r\nTo: a@b.example\r\n\r\nHello")

    assert (found.subject, found.text, found.to) == ("one", "Hello", ())


def test_of_all_words_together_no_more_than_the_longest_body_is_read() -> None:
    words = part("x" * (LONGEST_BODY // 2 + 10))

    assert len(read(multipart("multipart/mixed", *[words] * 3)).text) == LONGEST_BODY
