"""Who it is from, whom it answers, and who wrote it: a person or a machine."""

from __future__ import annotations

import pytest

from helpdesk.mail.composing.mail_composition import compose, envelope_recipients
from helpdesk.mail.composing.outgoing_mail import Correspondent, SentFile, Unsendable
from helpdesk.mail.composing.thread_headers import MOST_REFERENCES, message_id
from tests.helpdesk.mail.composing.mails import headers_of, mail, people_of, read

KEY = b"k" * 32


def test_a_person_s_answer_says_nothing_of_machines() -> None:
    told = dict(headers_of(mail(in_reply_to="<q@home.example>")))

    assert not {"Auto-Submitted", "X-Auto-Response-Suppress", "Precedence"} & set(told)


@pytest.mark.parametrize(("answered", "said"), [("", "auto-generated"), ("<q@home.example>", "auto-replied")])
def test_what_a_machine_wrote_says_so(answered: str, said: str) -> None:
    told = dict(headers_of(mail(automatic=True, in_reply_to=answered)))

    assert told["Auto-Submitted"] == said
    assert told["X-Auto-Response-Suppress"] == "All"


def test_it_answers_to_a_signed_address_in_the_same_name() -> None:
    answered = mail(
        sender=Correspondent("Läden, GmbH", "help@shop.example"), reply_to="help+abc@shop.example"
    )

    assert people_of(answered, "Reply-To") == [("Läden, GmbH", "help+abc@shop.example")]


def test_references_end_with_what_is_answered_and_name_nothing_twice() -> None:
    told = dict(headers_of(mail(in_reply_to="<2@x>", references=["<1@x>", "<2@x>", "<3@x>", "<1@x>"])))

    assert told["In-Reply-To"] == "<2@x>"
    assert told["References"] == "<1@x> <3@x> <2@x>"


def test_of_a_long_conversation_the_first_and_the_newest_are_named() -> None:
    told = dict(headers_of(mail(in_reply_to="<99@x>", references=[f"<{n}@x>" for n in range(99)])))[
        "References"
    ]

    assert told.split() == ["<0@x>", *(f"<{n}@x>" for n in range(101 - MOST_REFERENCES, 100))]


@pytest.mark.parametrize("spoilt", ["q@x", "<q x@x>", "<q>\r\nBcc: a@x", "<ü@x>", "<>", f"<{'q' * 900}@x>"])
def test_an_id_that_no_header_can_hold_is_left_out(spoilt: str) -> None:
    told = dict(headers_of(mail(in_reply_to=spoilt, references=[spoilt])))

    assert not {"In-Reply-To", "References"} & set(told)


def test_a_message_has_one_id_whoever_asks_and_it_tells_no_number() -> None:
    first = message_id(7, key=KEY, mailbox="help@shop.example")

    assert first == message_id(7, key=KEY, mailbox="help@shop.example")
    assert first != message_id(8, key=KEY, mailbox="help@shop.example")
    assert first != message_id(7, key=b"another", mailbox="help@shop.example")
    assert first.endswith("@shop.example>")


def test_domains_are_spelled_in_ascii_and_local_parts_quoted_where_they_must_be() -> None:
    sent = mail(to=[Correspondent("", "jorg.x@x.example"), Correspondent("", "a@bücher.example")])
    dotted = mail(to=[Correspondent("", "a..b@docomo.example")])

    assert envelope_recipients(sent) == ["jorg.x@x.example", "a@xn--bcher-kva.example"]
    assert envelope_recipients(dotted) == ['"a..b"@docomo.example']


@pytest.mark.parametrize(
    ("domain", "spelled"),
    [
        ("faß.example", "xn--fa-hia.example"),
        ("STRASSE。faß.example", "strasse.xn--fa-hia.example"),
        ("βόλος.example", "xn--nxasmm1c.example"),
        ("MÜNCHEN.example", "xn--mnchen-3ya.example"),
    ],
)
def test_a_domain_is_no_other_that_looks_like_it_to_old_programs(domain: str, spelled: str) -> None:
    """As UTS 46 has them in its table 5: `faß` is not `fass`, and may be somebody else's."""
    assert envelope_recipients(mail(to=[Correspondent("", f"a@{domain}")])) == [f"a@{spelled}"]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "jon",
        "@x.example",
        "jon@",
        "jörg@x.example",
        "a@b c",
        "a@x.example\r\nBcc: b",
        "a\n@x",
        "a" * 65 + "@x",
        "a@x..y",
    ],
)
def test_what_is_no_address_is_refused_by_name(address: str) -> None:
    with pytest.raises(Unsendable):
        compose(mail(to=[Correspondent("", address)]))


def test_somebody_named_twice_gets_it_once() -> None:
    jon = Correspondent("Jon", "jon@home.example")

    assert envelope_recipients(mail(to=[jon], cc=[jon])) == ["jon@home.example"]


@pytest.mark.parametrize(
    ("name", "arrives"),
    [
        ("Rechnung März.pdf", "Rechnung März.pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("\u202egpj.exe", "gpj.exe"),
        ("", "file"),
        ("תמונה.png", "תמונה.png"),
        ("a" * 300 + ".pdf", "a" * 116 + ".pdf"),
        ("a" * 300, "a" * 120),
    ],
)
def test_a_file_s_name_hides_nothing(name: str, arrives: str) -> None:
    [part] = read(mail(files=[SentFile(name, "application/pdf", b"x")])).iter_attachments()

    assert part.get_filename() == arrives


@pytest.mark.parametrize(
    "kind", ["message/rfc822", "multipart/mixed", "text/html; charset=x", "", "nonsense"]
)
def test_a_file_of_a_kind_that_programs_open_as_part_of_the_mail_is_mere_bytes(kind: str) -> None:
    [part] = read(mail(files=[SentFile("x", kind, b"x")])).iter_attachments()

    assert part.get_content_type() == "application/octet-stream"
