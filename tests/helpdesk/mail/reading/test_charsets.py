"""From bytes to text, whatever the charset is said to be."""

from __future__ import annotations

import pytest

from helpdesk.mail.reading.encodings.charsets import text_of
from helpdesk.mail.reading.headers.encoded_words import decoded_words


@pytest.mark.parametrize(
    ("text", "written", "declared"),
    [
        ("grüße", "utf-8", "us-ascii"),
        ("grüße", "utf-8", "iso-8859-1"),
        ("grüße", "latin-1", "iso-8859-1"),
        ("grüße", "latin-1", "utf-8"),
        ("“grüße” – €", "cp1252", "iso-8859-1"),
        ("שלום", "iso8859-8", "iso-8859-8-i"),
        ("שלום", "cp1255", "windows-1255"),
        ("வணக்கம்", "utf-8", ""),
        ("こんにちは", "iso2022_jp", "iso-2022-jp"),
        ("こんにちは", "shift_jis", "x-sjis"),
        ("안녕하세요", "cp949", "ks_c_5601-1987"),
        ("Frösche", "utf-7", "utf-7"),
        ("grüße", "utf-16", "utf-16"),
        ("grüße", "utf-8-sig", "utf-8"),
        ("plain", "ascii", "no-such-charset"),
    ],
)
def test_text_is_read_as_it_was_written(text: str, written: str, declared: str) -> None:
    assert text_of(text.encode(written), declared=declared) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Schöne Grüße aus Köln, wir hätten gerne fünf Stück", "latin-1"),
        ("Où est mon colis ? Il devait être livré à Noël", "cp1252"),
        ("Здравствуйте, где мой заказ?", "cp1251"),
        ("Здравствуйте, где мой заказ?", "koi8-r"),
        ("שלום, איפה ההזמנה שלי?", "cp1255"),
        ("안녕하세요 제 주문은 어디에 있습니까", "cp949"),
        ("您好,请问我的订单在哪里?谢谢", "gb18030"),
        ("您好,請問我的訂單在哪裡?謝謝", "big5"),
        ("Καλησπέρα, πού είναι η παραγγελία μου;", "cp1253"),
        ("こんにちは。わたしの注文はどこですか", "cp932"),
        ("こんにちは。わたしの注文はどこですか", "euc_jp"),
    ],
)
@pytest.mark.parametrize("declared", ["", "utf-8", "us-ascii", "x-unknown"])
def test_a_charset_that_is_not_said_is_guessed(text: str, written: str, declared: str) -> None:
    assert text_of(text.encode(written), declared=declared) == text


@pytest.mark.parametrize(
    "codec", ["zlib", "base64", "rot13", "idna", "punycode", "unicode_escape", "undefined", "\0", "a" * 999]
)
def test_codecs_that_are_no_charsets_are_not_used(codec: str) -> None:
    assert text_of("grüße".encode("latin-1"), declared=codec) == "grüße"


def test_a_text_that_was_cut_within_a_letter_keeps_the_others() -> None:
    assert (
        text_of("Grüße aus Köln, schöne Wörter, ä".encode()[:-1]) == "Grüße aus Köln, schöne Wörter, \ufffd"
    )


def test_what_no_table_holds_is_replaced() -> None:
    assert text_of(b"a\x00b") == "a\ufffdb"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (b"=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"=?utf-8?Q?Gr=C3=BC?= =?utf-8?Q?=C3=9Fe?=", "Grüße"),
        (b"=?utf-8?Q?=C3?= =?utf-8?Q?=BC?=", "ü"),
        (b"=?utf-8?B?R3LDvMOfZQ?=", "Grüße"),
        (b"=?iso-8859-1*de?Q?Gr=FC=DFe?=", "Grüße"),
        (b"Die =?iso-8859-1?Q?Fr=F6sche?= hier", "Die Frösche hier"),
        (b"=?utf-8?Q?a b?=", "a b"),
        (b"=?utf-8?Q?where?? is it?=", "where?? is it"),
        (b"=?none?B?VEVTVA=?=", "TEST"),
        (b"=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        (b"=?utf-8?Q?abc", "=?utf-8?Q?abc"),
        ("Grüße".encode(), "Grüße"),
        ("Grüße".encode("latin-1"), "Grüße"),
    ],
)
def test_words_of_a_header_are_decoded(written: bytes, text: str) -> None:
    assert decoded_words(written) == text
