"""Whatever strangers put into a mail of ours: it is read back as it was meant, and no header is theirs."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from helpdesk.mail.composing.file_parts import LONGEST_FILE_NAME
from helpdesk.mail.composing.header_text import header_line, header_name
from helpdesk.mail.composing.mail_body import legible_text
from helpdesk.mail.composing.mail_composition import compose
from helpdesk.mail.composing.outgoing_mail import Correspondent, OutgoingMail, QuotedMessage, SentFile
from tests.helpdesk.mail.composing.mails import (
    PLAIN,
    decoded,
    headers_of,
    mail,
    people_of,
    read,
    text_of,
)

OURS = [
    *("From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References"),
    *("Auto-Submitted", "X-Auto-Response-Suppress", "MIME-Version", "Content-Type"),
    "Content-Transfer-Encoding",
]
ATTACKS = [
    *(
        "\r\nBcc: victim@x.example",
        "\nX: y\n\nbody",
        "\r\r\n.\r\n",
        "\0",
        "\ud800",
        "=?utf-8?q?=0D=0ABcc:?=",
        "\x85X: y",
    ),
    *("\u2028X: y", '"', "\\", "\u202e", "<b>", "=_0_", "--=_0_", "From ", "a" * 1200, "א" * 400, "நி" * 300),
]
anything = st.text(st.characters(), max_size=80) | st.sampled_from(ATTACKS)
strange = st.lists(anything, max_size=4).map("".join)
addresses = st.from_regex(r"[a-z0-9+._'-]{1,20}@[a-z0-9]{1,10}\.example", fullmatch=True)
people = st.lists(st.builds(Correspondent, strange, addresses), min_size=1, max_size=4)
files = st.builds(SentFile, strange, strange | st.just("text/plain"), st.binary(max_size=200))
mails: st.SearchStrategy[OutgoingMail] = st.builds(
    lambda **values: replace(PLAIN, **values),
    sender=st.builds(Correspondent, strange, st.just("help@shop.example")),
    to=people,
    cc=people | st.just([]),
    subject=strange,
    text=strange,
    greeting=strange,
    signature=strange,
    language=st.sampled_from(["en", "he", "ta"]) | strange,
    quotes=st.lists(st.builds(QuotedMessage, strange, strange), max_size=3),
    in_reply_to=strange | st.just("<theirs@home.example>"),
    references=st.lists(strange | st.from_regex(r"<[a-z]{1,9}@[a-z]{1,9}>", fullmatch=True), max_size=40),
    automatic=st.booleans(),
    files=st.lists(files, max_size=2),
)


@given(mails)
def test_only_headers_that_we_wrote_leave(composed: OutgoingMail) -> None:
    names = [name for name, _ in headers_of(composed)]

    assert sorted(set(names) - set(OURS)) == []
    assert len(names) == len(set(names))


@given(mails)
def test_every_server_takes_the_lines(composed: OutgoingMail) -> None:
    lines = compose(composed).split(b"\r\n")

    assert max(map(len, lines)) <= 998
    assert not [line for line in lines if re.search(rb"[\r\n\0]", line)]
    assert all(line.isascii() for line in lines)


@given(mails)
def test_it_is_read_back_as_the_same_people_and_words(composed: OutgoingMail) -> None:
    assert people_of(composed, "From") == [(header_name(composed.sender.name), "help@shop.example")]
    for header, meant in (("To", composed.to), ("Cc", composed.cc)):
        told = people_of(composed, header)
        assert [_calm(name) for name, _ in told] == [_calm(header_name(each.name)) for each in meant]
        assert [address.replace('"', "") for _, address in told] == [each.address for each in meant]
    if header_line(composed.subject):
        assert decoded(composed, "Subject") == header_line(composed.subject)


def _calm(name: str) -> str:
    return " ".join(name.split())


@given(mails)
def test_the_text_arrives_as_it_was_typed(composed: OutgoingMail) -> None:
    said = text_of(read(composed), "plain")
    parts = filter(None, map(legible_text, (composed.greeting, composed.text, composed.signature)))

    assert said.startswith("\n\n".join(parts))


@given(mails)
def test_files_arrive_as_they_were_under_a_name_that_is_one(composed: OutgoingMail) -> None:
    arrived = list(read(composed).iter_attachments())

    assert [part.get_payload(decode=True) for part in arrived] == [file.content for file in composed.files]
    for part in arrived:
        name = part.get_filename()
        assert name
        assert not re.search(r"[\x00-\x1f/\\\u202e]", name)
        assert len(name) <= LONGEST_FILE_NAME


@given(mails)
def test_the_same_mail_is_the_same_bytes(composed: OutgoingMail) -> None:
    assert compose(composed) == compose(replace(composed))


@given(strange)
def test_nothing_in_the_text_is_markup(text: str) -> None:
    shown = text_of(read(mail(text=text, quotes=[QuotedMessage(text, text)])), "html")
    known = re.sub(
        r'</?(?:!DOCTYPE|html|head|meta|body|div|p|br|blockquote|a)(?: [a-z]+(?:="[^"<>]*")?)*>', "", shown
    )

    assert not re.search(r"[<>]", known)


def test_an_answer_in_two_hundred_words_stays_readable_in_its_head() -> None:
    subject = "Re: " + "a quite ordinary question " * 8

    told: Any = dict(headers_of(mail(subject=subject)))["Subject"]

    assert told == subject.strip()
