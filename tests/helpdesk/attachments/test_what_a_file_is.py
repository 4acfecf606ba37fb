"""A file is what is in it, whatever it is called; its name is kept as far as it hides nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.attachments.content_type import content_type_of
from helpdesk.attachments.file_name import LONGEST_NAME, kept_name

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
ZIP = b"PK\x03\x04\x14\0"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.png", PNG, "image/png"),
        ("holiday.jpg", PNG, "image/png"),
        ("page.html", PNG, "image/png"),
        ("photo.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
        ("a.webp", b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
        ("a.heic", b"\0\0\0\x18ftypheic", "image/heic"),
        ("film", b"\0\0\0\x18ftypmp42", "video/mp4"),
        ("bill", b"%PDF-1.7", "application/pdf"),
        ("letter.docx", ZIP, DOCX),
        ("LETTER.DOCX", ZIP, DOCX),
        ("letter.docx", b"hello", "text/plain"),
        ("a.zip", ZIP, "application/zip"),
        ("a.exe", ZIP, "application/zip"),
        ("old.doc", OLE, "application/msword"),
        ("invoice.pdf", b"MZ\x90\0", "application/vnd.microsoft.portable-executable"),
        ("a.csv", b"a;b\r\n1;2", "text/csv"),
        ("a.html", b"<script>", "text/html"),
        ("a.svg", b"<svg>", "image/svg+xml"),
        ("readme", "Grüße, வணக்கம், שלום".encode(), "text/plain"),
        ("long.txt", "é".encode() * 400, "text/plain"),
        ("odd.txt", b"a" + "é".encode() * 400, "text/plain"),
        ("latin.txt", "Grüße".encode("latin-1"), "application/octet-stream"),
        ("wide.txt", "Grüße".encode("utf-16"), "text/plain"),
        ("a.txt", b"a\0b", "application/octet-stream"),
        ("a.txt", b"", "application/octet-stream"),
    ],
)
def test_the_content_says_what_a_file_is(name: str, content: bytes, kind: str) -> None:
    assert content_type_of(content, name=name) == kind


@given(st.text(), st.binary(max_size=600))
def test_whatever_comes_has_a_type(name: str, content: bytes) -> None:
    assert "/" in content_type_of(content, name=name)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("bill.pdf", "bill.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\jon\\bill.pdf", "bill.pdf"),
        ("bill\r\nX-Header: 1.pdf", "bill  X-Header: 1.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\0b\ud800.txt", "a\ufffdb\ufffd.txt"),
        ("חשבונית.pdf", "חשבונית.pdf"),
        ("", ""),
        ("\u200b", ""),
        ("a" * 300 + ".pdf", "a" * 195 + "….pdf"),
        ("a" * 300, "a" * 199 + "…"),
        ("a" * 150 + "." + "b" * 150, "a" * 150 + "." + "b" * 48 + "…"),
    ],
)
def test_a_name_is_kept_without_what_would_lead_or_mislead(said: str, kept: str) -> None:
    assert kept_name(said) == kept


@given(st.text(max_size=1000))
def test_whatever_a_file_is_called_its_name_is_one_short_line(said: str) -> None:
    name = kept_name(said)
    assert len(name) <= LONGEST_NAME
    assert not set(name) & set("/\\\r\n\0\u202e\u2066")


def test_a_name_of_a_hundred_kilobytes_is_cut() -> None:
    assert len(kept_name("a" * 100_000 + ".pdf")) == LONGEST_NAME
