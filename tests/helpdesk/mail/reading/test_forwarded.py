"""Who wrote what a mail hands on, by the words and shapes of the programs that forward."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.mail.reading.forwarded import forwarded_sender
from helpdesk.mail.reading.headers.mail_addresses import MailAddress
from helpdesk.mail.reading.letter import read
from tests.helpdesk.mail.reading.raw_mails import multipart, part

GMAIL = [
    "---------- Forwarded message ---------\nFrom: {who}\nDate: Mon, Mar 9, 2026\nSubject: Lamp\nTo: A",
    "---------- Forwarded message ---------\nVon: {who}\nDate: Mo., 9. März 2026\nSubject: Lampe\nTo: A",
    "---------- Forwarded message ---------\nDe : {who}\nDate: lun. 9 mars 2026\nSubject: Lampe\nTo: A",
    "---------- Forwarded message ---------\nDe: {who}\nDate: lun, 9 mar 2026\nSubject: Lámpara\nTo: A",
    "\u202b---------- הודעה שהועברה ---------\nמאת: \u202a{who}\u202c\u200f\nתאריך: 9 במרץ 2026\nנושא: מנורה\nאל: A",
    "---------- முன்னனுப்பிய செய்தி ---------\nஅனுப்புநர்: {who}\nதேதி: திங்., 9 மார்., 2026\nபொருள்: விளக்கு\nபெறுநர்: A",
]
OUTLOOK = [
    "________________________________\nFrom: {who}\nSent: Monday, March 9, 2026\nTo: A\nSubject: Lamp",
    "-----Original Message-----\nFrom: {who}\nSent: Monday, March 9, 2026 3:00 PM\nTo: A\nSubject: Lamp",
    "-----Ursprüngliche Nachricht-----\nVon: {who}\nGesendet: Montag, 9. März 2026 15:00\nAn: A\nBetreff: Lampe",
    "De : {who}\nEnvoyé : lundi 9 mars 2026 15:00\nÀ : A\nObjet : Lampe",
    "De: {who}\nEnviado: lunes, 9 de marzo de 2026 15:00\nPara: A\nAsunto: Lámpara",
    "מאת: {who}\nנשלח: יום שני 09 מרץ 2026 15:00\nאל: A\nנושא: מנורה",
    "அனுப்புநர்: {who}\nஅனுப்பியது: திங்கள், 9 மார்ச் 2026 15:00\nபெறுநர்: A\nபொருள்: விளக்கு",
    "*From:* {who}\n*Sent:* Monday, March 9, 2026\n*To:* A\n*Subject:* Lamp",
]
APPLE = [
    "Begin forwarded message:\n\n> From: {who}\n> Subject: Lamp\n> Date: 9 March 2026\n> To: A",
    "Anfang der weitergeleiteten Nachricht:\n\n> Von: {who}\n> Betreff: Lampe\n> Datum: 9. März 2026\n> An: A",
    "Début du message réexpédié :\n\n> De: {who}\n> Objet: Lampe\n> Date: 9 mars 2026\n> À: A",
    "Inicio del mensaje reenviado:\n\n> De: {who}\n> Asunto: Lámpara\n> Fecha: 9 de marzo de 2026\n> Para: A",
    "תחילת ההודעה שהועברה:\n\n> מאת: {who}\n> נושא: מנורה\n> תאריך: 9 במרץ 2026\n> אל: A",
]
SPELLED = [
    "Jon Smith <jon@example.com>",
    '"Smith, Jon" <jon@example.com>',
    "Jon Smith [mailto:jon@example.com]",
    "Jon Smith <mailto:jon@example.com>",
    "jon@example.com",
]


def found(
    text: str, *, subject: str = "Fwd: Lamp", body: str = "Can you take this?\n\n"
) -> MailAddress | None:
    head = (
        f"From: Owner <owner@shop.example>\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n"
    )
    return forwarded_sender(read((head + body + text + "\n\nWhere is my lamp?\n").encode()))


@pytest.mark.parametrize("shape", [*GMAIL, *OUTLOOK, *APPLE])
def test_the_inner_sender_is_found_in_every_shape(shape: str) -> None:
    assert found(shape.format(who=SPELLED[0])) == MailAddress("jon@example.com", "Jon Smith")


@pytest.mark.parametrize("who", SPELLED)
@pytest.mark.parametrize("shape", [GMAIL[0], OUTLOOK[0], APPLE[0]])
def test_however_they_are_spelled(shape: str, who: str) -> None:
    sender = found(shape.format(who=who))

    assert sender is not None
    assert sender.address == "jon@example.com"
    assert sender.name in {"Jon Smith", "Smith, Jon", ""}


@pytest.mark.parametrize("subject", ["Fwd: x", "FW: x", "WG: x", "TR : x", "RV: x", "Re: Fwd: x", "הועבר: x"])
def test_a_bare_block_counts_where_the_subject_says_that_it_is_forwarded(subject: str) -> None:
    block = OUTLOOK[1].format(who=SPELLED[0])

    assert found(block, subject=subject) is not None
    assert found(block, subject="Lamp") is None
    assert found(block, subject="Re: Lamp") is None


def test_of_several_it_is_the_one_that_was_handed_on_last() -> None:
    inner = OUTLOOK[0].format(who="Eve <eve@example.net>")

    sender = found(f"{GMAIL[0].format(who=SPELLED[0])}\n\nSee below.\n\n{inner}")
    assert sender is not None
    assert sender.address == "jon@example.com"


def test_a_mail_that_is_enclosed_names_its_sender() -> None:
    inner = "From: =?utf-8?q?J=C3=B6n?= <jon@example.com>\r\nSubject: Lamp\r\n\r\nWhere is my lamp?"
    raw = multipart("multipart/mixed", part("See the mail enclosed."), part(inner, "message/rfc822"))

    assert forwarded_sender(read(raw)) == MailAddress("jon@example.com", "Jön")


@pytest.mark.parametrize(
    "text",
    [
        "From: Berlin\nTo: Paris",
        "From: now on I write to you.\n\nHello",
        "---------- Forwarded message ---------\nFrom: Jon\nDate: Monday\nSubject: Lamp",
        "---------- Forwarded message ---------",
        "",
    ],
)
def test_where_nobody_is_named_with_an_address_nobody_is_found(text: str) -> None:
    assert found(text) is None


@given(st.text(max_size=300), st.text(max_size=300))
def test_whatever_is_written_is_survived(before: str, who: str) -> None:
    sender = found(f"{before}\nFrom: {who}\nTo: {who}\nSubject: {before}")

    assert sender is None or "@" in sender.address
