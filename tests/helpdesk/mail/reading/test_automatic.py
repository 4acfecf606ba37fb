"""Whether a machine wrote a mail."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from helpdesk.mail.reading.automatic import Automatic, why_automatic
from tests.helpdesk.mail.reading.raw_mails import block


def test_headers_that_others_have_judged_are_judged_alike(shared_data: Path) -> None:
    vectors = json.loads((shared_data / "conformance/autoreply_headers.json").read_text())

    judged = {each["id"]: why_automatic(block(*map(tuple, each["headers"]))) or "human" for each in vectors}

    assert judged == {each["id"]: each["kind"] for each in vectors}
    assert len(judged) == 39


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ([("Auto-Submitted", "auto-replied (vacation)"), ("Return-Path", "<>")], Automatic.AUTO_REPLY),
        ([("Return-Path", "<>")], Automatic.BOUNCE),
        ([("X-Failed-Recipients", "eva@customer.example")], Automatic.BOUNCE),
        ([("From", "MAILER-DAEMON@mx.example")], Automatic.BOUNCE),
        ([("From", "Mail Delivery Subsystem <x@mx.example>")], Automatic.BOUNCE),
        ([("Content-Type", "multipart/report; report-type=delivery-status")], Automatic.BOUNCE),
        ([("Content-Type", "multipart/report; report-type=feedback-report")], Automatic.AUTO_GENERATED),
        (
            [("Content-Type", "multipart/report; report-type=disposition-notification")],
            Automatic.AUTO_GENERATED,
        ),
        ([("Precedence", "auto_reply")], Automatic.AUTO_REPLY),
        ([("X-Auto-Response-Suppress", "DR, OOF, AutoReply")], Automatic.AUTO_GENERATED),
        ([("Subject", "Abwesenheitsnotiz: Ihre Anfrage")], Automatic.AUTO_REPLY),
        ([("Subject", "Réponse automatique : colis")], Automatic.AUTO_REPLY),
        ([("Subject", "Respuesta automática: pedido")], Automatic.AUTO_REPLY),
        ([("Subject", "מענה אוטומטי: הזמנה")], Automatic.AUTO_REPLY),
        ([("Subject", "தானியங்கு பதில்: ஆர்டர்")], Automatic.AUTO_REPLY),
        ([("From", "no-reply@shop.example")], Automatic.AUTO_GENERATED),
        ([("From", "shop-notifications@shop.example")], Automatic.AUTO_GENERATED),
        ([("From", "shop-noreply@shop.example")], Automatic.AUTO_GENERATED),
    ],
)
def test_a_machine_is_known_by(headers: list[tuple[str, str]], why: Automatic) -> None:
    assert why_automatic(block(*headers)) == why


@pytest.mark.parametrize(
    "headers",
    [
        [("Auto-Submitted", "no")],
        [("X-Autoreply", "no")],
        [("X-Auto-Response-Suppress", "DR, RN")],
        [("Return-Path", "<eva@customer.example>")],
        [("Subject", "Re: Automatic reply: closed until Monday")],
        [("Subject", "Out of office supplies again")],
        [("From", "postmaster@customer.example")],
        [("From", "noreply@shop.example"), ("Reply-To", "eva@customer.example")],
        [("From", "autumn@customer.example")],
        [
            ("List-Id", "<help.shop.example>"),
            ("Precedence", "list"),
            ("X-Original-From", "eva@customer.example"),
        ],
    ],
)
def test_a_person_is_not_taken_for_a_machine_because_of(headers: list[tuple[str, str]]) -> None:
    assert why_automatic(block(*headers)) is None


def test_a_group_hands_on_a_machines_mail_as_a_machines() -> None:
    headers = block(("X-Original-From", "eva@customer.example"), ("Auto-Submitted", "auto-replied"))

    assert why_automatic(headers) == Automatic.AUTO_REPLY
