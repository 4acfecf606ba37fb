"""What is new in a mail's text, and what was written before or is always written."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.mail.reading.letter import read
from helpdesk.mail.reading.quoted_text import split_quotes
from tests.helpdesk.mail.reading.raw_mails import multipart, part

QUOTE = "> Your parcel has left.\n> It takes two days."

ATTRIBUTIONS = [
    "On Fri, Mar 6, 2026 at 10:00 AM Help <help@shop.example> wrote:",
    "On Fri, Mar 6, 2026 at 10:00 AM Help <help@shop.example>\nwrote:",
    "On Mar 6, 2026, at 10:00, a very long name of a helpdesk that goes on and on\n<help@shop.example>\nwrote:",
    "Help <help@shop.example> wrote on 6 March 2026:",
    "Am Fr., 6. März 2026 um 10:00 Uhr schrieb Help <help@shop.example>:",
    "Am 06.03.26 um 10:00 schrieb Help:",
    "Le ven. 6 mars 2026 à 10:00, Help <help@shop.example> a écrit\u00a0:",
    "El vie, 6 mar 2026 a las 10:00, Help (<help@shop.example>) escribió:",
    "\u202bבתאריך יום ו׳, 6 במרץ 2026 ב-10:00 מאת \u202aHelp\u202c\u200f <\u202ahelp@shop.example\u202c\u200f>:\u202c",
    "ב-6 במרץ 2026, בשעה 10:00, Help <help@shop.example> כתב:",
    "வெள்., 6 மார்., 2026, முற்பகல் 10:00 அன்று, Help <help@shop.example> எழுதியது:",
    "2026-03-06 10:00 GMT+02:00 Help <help@shop.example>:",
    "W dniu 6.03.2026 o 10:00 Help pisze:",
]
NAMED = ["Bright Lamps wrote:", "Help schrieb:"]
"""What introduces a quote with marks alone: people write so too."""
BLOCKS = [
    "From: Help <help@shop.example>\nSent: Friday, March 6, 2026 10:00 AM\nTo: Eva\nSubject: Parcel",
    "________________________________\nFrom: Help\nSent: Friday, 6 March 2026 10:00\nTo: Eva\nSubject: Parcel",
    "*From:* Help [mailto:help@shop.example]\n*Sent:* Friday\n*To:* Eva\n*Subject:* Parcel",
    "Von: Help\nGesendet: Freitag, 6. März 2026 10:00\nAn: Eva\nBetreff: Paket",
    "De : Help <help@shop.example>\nEnvoyé : vendredi 6 mars 2026 10:00\nÀ : Eva\nObjet : Colis",
    "De: Help <help@shop.example>\nEnviado: viernes, 6 de marzo de 2026\nPara: Eva\nAsunto: Paquete",
    "מאת: Help <help@shop.example>\nנשלח: יום שישי 06 מרץ 2026\nאל: Eva\nנושא: חבילה",
    "அனுப்புநர்: Help\nஅனுப்பியது: வெள்ளி, 6 மார்ச் 2026\nபெறுநர்: Eva\nபொருள்: பொதி",
    "________________________________\nOd: Help <help@shop.example>\nWysłano: 6.03.2026 10:00\nDo: Eva\nTemat: Paczka",
    "-----Original Message-----\nFrom: Help",
    "-----Ursprüngliche Nachricht-----\nVon: Help",
    "-----Message d'origine-----\nDe : Help",
    "-----Mensaje original-----\nDe: Help",
    "-----הודעה מקורית-----\nמאת: Help",
    "---------- Forwarded message ---------\nFrom: Help <help@shop.example>",
    "Begin forwarded message:\n\nFrom: Help",
]
SENT_FROM = [
    "Sent from my iPhone",
    "Sent from Outlook for Android",
    "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "Von meinem iPhone gesendet",
    "Envoyé de mon iPhone",
    "Enviado desde mi iPhone",
    "נשלח מה-iPhone שלי",
    "எனது iPhone இலிருந்து அனுப்பப்பட்டது",
]


@pytest.mark.parametrize("attribution", [*ATTRIBUTIONS, *NAMED])
def test_a_quote_is_folded_with_whoever_wrote_it(attribution: str) -> None:
    rest = f"\n{attribution}\n\n{QUOTE}\n"

    assert split_quotes(f"Thank you!\n{rest}") == ("Thank you!\n", rest)


@pytest.mark.parametrize("attribution", ATTRIBUTIONS[:-1])
def test_a_quote_without_marks_is_all_that_follows(attribution: str) -> None:
    rest = f"\n{attribution}\n\nYour parcel has left.\n\nIt takes two days."

    assert split_quotes(f"Thank you!\n{rest}") == ("Thank you!\n", rest)


@pytest.mark.parametrize("block", BLOCKS)
def test_a_mail_under_its_headers_is_folded(block: str) -> None:
    rest = f"\n{block}\n\nYour parcel has left."

    assert split_quotes(f"Thank you!\n{rest}") == ("Thank you!\n", rest)


@pytest.mark.parametrize("line", SENT_FROM)
@pytest.mark.parametrize(
    "below", ["", "\n", f"\n\n{ATTRIBUTIONS[0]}\n{QUOTE}", f"\n\n{BLOCKS[0]}\n\nYour parcel."]
)
def test_what_a_telephone_adds_is_folded_with_what_follows(line: str, below: str) -> None:
    assert split_quotes(f"Thank you!\n\n{line}{below}") == ("Thank you!\n", f"\n{line}{below}")


@pytest.mark.parametrize("below", ["", f"\n\n{ATTRIBUTIONS[0]}\n{QUOTE}"])
def test_a_signature_is_folded(below: str) -> None:
    assert split_quotes(f"Thank you!\n-- \nEva\nShop{below}") == ("Thank you!\n", f"-- \nEva\nShop{below}")


def test_a_signature_below_the_quote_is_folded_with_it() -> None:
    rest = f"\n{ATTRIBUTIONS[0]}\n{QUOTE}\n\n-- \nEva"

    assert split_quotes(f"Thank you!\n{rest}") == ("Thank you!\n", rest)


def test_words_between_and_below_quotes_are_new() -> None:
    text = f"{ATTRIBUTIONS[0]}\n> Which size?\nLarge.\n> Which colour?\nBlue."

    assert split_quotes(text) == (text, "")
    assert split_quotes(f"{text}\n{QUOTE}") == (f"{text}\n", QUOTE)


@pytest.mark.parametrize(
    "text",
    [
        "Where is my parcel?",
        "",
        "\n\n",
        QUOTE,
        f"{ATTRIBUTIONS[0]}\n{QUOTE}",
        BLOCKS[0],
        "-- \nEva",
        "Sent from my desk, which is easier than a telephone.",
        "My wife wrote:\nit comes on Friday. It did not.",
        "On Monday you wrote:\nit comes on Friday. It did not.",
        "Trip\n\nFrom: London\nTo: Paris\nDate: 6 March 2026",
        "A fax came.\n----------------\nTime: 10:00\nFrom: 555\nPages: 1",
        "The dash -- this one -- is no signature.",
        "Contents:\n--\n" + "a line\n" * 30,
    ],
)
def test_where_nothing_is_old_or_nothing_would_be_new_all_is_shown(text: str) -> None:
    assert split_quotes(text) == (text, "")


def test_a_quote_in_html_is_folded_as_one_in_text() -> None:
    wrote = "On Fri, 6 Mar 2026 at 10:00, Help &lt;help@shop.example&gt; wrote:<br>"
    html = f"<div>Thank you!</div><div><div>{wrote}</div><blockquote>Your parcel has left.</blockquote></div>"
    found = read(multipart("multipart/mixed", part(html, "text/html")))

    assert split_quotes(found.text).new.strip() == "Thank you!"


NEW_WORDS_END = {
    "correct_sig.txt": "with a correct -- signature.",
    "email_1_1.txt": "-Abhishek Kona",
    "email_1_2.txt": 'delete them all individually."',
    "email_1_3.txt": "-Abhishek Kona",
    "email_1_4.txt": "I haven't had another problem with it.",
    "email_1_5.txt": "It goes on and on\nfor a while.",
    "email_1_6.txt": "I get proper rendering as well.",
    "email_1_7.txt": ":+1:",
    "email_1_8.txt": "and under this.",
    "email_2_1.txt": "Outlook with a reply",
    "email_2_2.txt": "Outlook with a reply directly above line",
    "email_2_3.txt": "Outlook with a reply directly above line",
    "email_BlackBerry.txt": "Here is another email",
    "email_bullets.txt": "- and another",
    "email_iPhone.txt": "Here is another email",
    "email_long_quote.txt": "-Abhishek Kona",
    "email_multi_word_sent_from_my_mobile_device.txt": "Here is another email",
    "email_one_is_not_on.txt": "when I run...",
    "email_sent_from_my_not_signature.txt": "easier then my mobile phone.",
    "email_sig_delimiter_in_middle_of_line.txt": "kthxbai",
    "greedy_on.txt": "the tunnel is not working.",
    "pathological.txt": "get back to a computer.",
}


def test_replies_that_others_collected_end_where_their_writers_ended(shared_data: Path) -> None:
    with zipfile.ZipFile(shared_data / "emails/email_reply_parser.zip") as replies:
        ends = {
            name.removeprefix("emails/"): split_quotes(replies.read(name).decode()).new.rstrip()
            for name in replies.namelist()
        }

    assert {name: end[-len(NEW_WORDS_END[name]) :] for name, end in ends.items()} == NEW_WORDS_END


LINES = [
    *ATTRIBUTIONS,
    *BLOCKS,
    *SENT_FROM,
    QUOTE,
    "--",
    "-- ",
    "",
    ">",
    "> >",
    "_" * 20,
    "Hello",
    "a:",
    "On",
]


@given(st.lists(st.one_of(st.sampled_from(LINES), st.text(max_size=20)), max_size=40))
def test_together_both_are_the_text(lines: list[str]) -> None:
    text = "\n".join(lines)

    new, rest = split_quotes(text)

    assert new + rest == text
    assert new.strip() or not text.strip() or rest == ""


MORE = ["wrote:", "On @", "a" * 100 + ":", "@ 2026", "From: a@b.example\nTo:", "\t", "- " * 50]


@pytest.mark.parametrize("line", [*LINES, *MORE])
@pytest.mark.parametrize("glue", ["\n", " ", ""])
def test_a_text_as_long_as_a_book_is_split_in_bounds(line: str, glue: str) -> None:
    text = (line + glue) * (500_000 // (len(line) + 1))

    assert "".join(split_quotes(text)) == text
