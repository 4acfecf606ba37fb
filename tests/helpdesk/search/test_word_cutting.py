"""Words are cut alike in what is kept and in what is asked, in whatever script."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.search.found_place import SoughtWords, excerpt, spans, terms_in
from helpdesk.search.search_terms import MOST_TERMS, terms_of
from helpdesk.search.word_cutting import LONGEST_WHOLE, LONGEST_WORD, words

FOUND = [
    ("Where is my Order?", "order"),
    ("Ünïcode, STRASSE, naïve", "unicode straße naive"),
    ("Ærø, Łódź, ısı", "aero lodz isi"),
    ("ｆｕｌｌ　ｗｉｄｔｈ ①", "full width 1"),
    ("Ναι, Ἀθῆναι", "αθηναι"),
    ("Ёлка и Йод", "елка иод"),
    ("order ORD-4711/22", "ord-4711/22"),
    ("order ORD-4711/22", "ORD 4711 22"),
    ("order ORD-4711/22", "ord471122"),
    ("order ORD-4711/22", "4711"),
    ("write to Jon.Doe+shop@Example.com.", "jon.doe+SHOP@example.com"),
    ("write to <jon@example.com>", "jon@example.com"),
    ("write to jon@example.com", "jon"),
    ("call +49 (171) 123-4567", "0171 1234567"),
    ("call 01711234567 please", "+49 171 123 45 67"),
    ("call 0171/123 45 67", "01711234567"),
    ("اتصل ٠١٧١١٢٣٤٥٦٧", "01711234567"),
    ("don’t", "don't"),
    ("l'ordre", "ordre"),
    ("snake_case_name", "case"),
    ("שָׁלוֹם", "שלום"),
    ("שלום", "שָׁלוֹם"),
    ("והמשלוח איחר", "המשלוח"),
    ("המשלוח איחר", "משלוח"),
    ("משלוח", "המשלוח"),
    ("והמשלוח איחר", "משלוח"),
    ('צה"ל', "צהל"),
    ("צה״ל", 'צה"ל'),
    ("مَدْرَسَة", "مدرسه"),
    ("أحمد", "احمد"),
    ("என் விநியோகம் எப்போது வரும்?", "விநியோகம்"),
    ("मेरा ऑर्डर कहाँ है", "ऑर्डर"),
    ("ฉันรอการจัดส่งมานานแล้ว", "จัดส่ง"),
    ("ຂ້ອຍລໍຖ້າການຈັດສົ່ງ", "ຈັດສົ່ງ"),
    ("ខ្ញុំរង់ចាំការដឹកជញ្ជូន", "ដឹកជញ្ជូន"),
    ("ကျွန်ုပ်၏ မှာယူမှု", "မှာယူမှု"),
    ("私の配達はいつですか", "配達"),
    ("私の配達はいつですか", "達"),
    ("我的订单在哪里", "订单"),
    ("我的订单在哪里", "里"),
    ("iPhone15ケースが壊れた", "iphone15"),
    ("주문했어요", "주문"),
    ("zero\u200dwidth soft\u00adhyphen", "zerowidth softhyphen"),
]
NOT_FOUND = [
    ("order 4711", "4712"),
    ("கடை", "கடு"),  # a vowel sign makes another word
    ("การจัดส่ง", "ส่งจัด"),
    ("jon@example.com", "jon@example.org"),
    ("jon@example.com", "ion@example.com"),
    ("call 0171 1234567", "0171 7654321"),
    ("cat", "ca "),
]


@pytest.mark.parametrize(("text", "question"), FOUND)
def test_a_text_is_found_by_its_words(text: str, question: str) -> None:
    terms = terms_of(question + " ")

    assert terms
    assert terms_in(text, terms) == len(terms)


@pytest.mark.parametrize(("text", "question"), NOT_FOUND)
def test_a_text_is_not_found_by_other_words(text: str, question: str) -> None:
    terms = terms_of(question)

    assert terms_in(text, terms) < len(terms)


def test_the_last_word_may_be_unfinished_unless_a_space_ends_it() -> None:
    assert terms_in("my deliveries", terms_of("my deliv")) == 2
    assert terms_in("my deliveries", terms_of("my deliv ")) == 1
    assert terms_in("my deliveries", terms_of("my de")) == 1


@pytest.mark.parametrize(("text", "question", "marked"), [
    ("Ünïcode STRASSE", "straße unicode", ["Ünïcode", "STRASSE"]),
    ("call +49 (171) 123-4567 now", "01711234567", ["+49 (171) 123-4567"]),
    ("שָׁלוֹם והמשלוח שלי", "המשלוח", ["והמשלוח"]),
    ("ฉันรอการจัดส่งมานาน", "จัดส่ง", ["จัดส่ง"]),
    ("私の配達はいつ", "達", ["達"]),
    ("a (jon@example.com), b", "jon@example.com", ["(jon@example.com),"]),
    ("my deliveries", "deliv", ["deliveries"]),
])  # fmt: skip
def test_what_was_found_is_marked_where_it_stands(text: str, question: str, marked: list[str]) -> None:
    sought = SoughtWords.of(terms_of(question))

    assert [text[start:end] for start, end in spans(text, sought)] == marked


def test_an_excerpt_is_a_piece_of_the_text_around_the_first_word_found() -> None:
    text = "filler " * 100 + "the broken kettle " + "filler " * 100

    parts = excerpt(text, SoughtWords.of(terms_of("kettle ")))

    assert [part.text for part in parts if part.found] == ["kettle"]
    assert parts[0].text == parts[-1].text == "…"
    assert "".join(part.text for part in parts[1:-1]) in text


@given(st.text())
def test_whatever_is_written_is_cut_into_words_of_bounded_length(text: str) -> None:
    for word in words(text):
        assert 0 < len(word) <= max(LONGEST_WORD * 2, LONGEST_WHOLE)
        assert "/" not in word
        assert not word.isspace()


@given(st.text(st.characters(max_codepoint=127)))
def test_a_plain_text_is_cut_as_it_is_beside_other_scripts(text: str) -> None:
    assert [*words(f"{text} \u05d0")] == [*words(text), "\u05d0"]


@given(st.text(min_size=1, max_size=100))
def test_whatever_has_words_is_found_by_itself(text: str) -> None:
    terms = terms_of(text + " ")

    assert len(terms) <= MOST_TERMS
    assert terms_in(text, terms) == len(terms)


@given(st.text(max_size=60), st.text(max_size=20))
def test_an_excerpt_says_nothing_that_is_not_in_the_text(text: str, question: str) -> None:
    parts = excerpt(text, SoughtWords.of(terms_of(question)))

    assert "".join(part.text for part in parts) == text


@pytest.mark.parametrize("language", ["eng", "heb", "tam"])
def test_each_sentence_of_a_declaration_is_found_by_itself(language: str, shared_data: Path) -> None:
    sentences = (shared_data / "languages" / f"udhr_{language}.txt").read_text().splitlines()
    asked = [sentence for sentence in sentences if sentence.strip()][:60]

    assert asked
    for sentence in asked:
        terms = terms_of(sentence)
        assert terms_in(sentence, terms) == len(terms) > 0


def test_naughty_strings_are_cut_and_found(shared_data: Path) -> None:
    with zipfile.ZipFile(shared_data / "naughty" / "blns.zip") as archive:
        strings: list[str] = json.loads(archive.read("blns/blns.json"))
    for naughty in strings:
        terms = terms_of(naughty)
        assert terms_in(naughty, terms) == len(terms)
