"""Questions as customers mail them, made up: in three scripts, and in the forms in which programs send mail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from itertools import count, islice
from random import Random
from typing import Final

from helpdesk.demo.driver import LANGUAGES
from helpdesk.demo.grammar import LIVE, mixed
from helpdesk.demo.topic import Script

ENCODINGS: Final = ("8bit", "quoted-printable", "base64")
PICTURE: Final = 60_000
"""Bytes of a file that every eighth has with it."""


@dataclass(frozen=True, slots=True)
class MailQuestion:
    """What is asked, as a mail and as a ticket of the API."""

    raw: bytes
    ticket: dict[str, object]


def questions(many: int, *, name: str) -> list[MailQuestion]:
    """Return so many questions of people who have never written, the same for the same name."""
    return list(islice(_questions(name), many))


def _questions(name: str) -> Iterator[MailQuestion]:
    rng = Random(name)  # noqa: S311  # a corpus, and no secret
    for number, (_, script) in zip(
        count(1), mixed(LANGUAGES, half=LIVE, rng=rng, orders=count(1)), strict=False
    ):
        key = f"{name}-{number}"
        yield MailQuestion(_raw(script, key, number, rng), _ticket(script, key))


def _raw(script: Script, key: str, number: int, rng: Random) -> bytes:
    """Write it by hand where nothing has to be encoded, else as programs do: with HTML, and now and then a file."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = f"{script.name} <{key}@customers.example>", "help@shop.example"
    mail["Subject"], mail["Message-ID"] = script.subject, f"<{key}@customers.example>"
    encoding = ENCODINGS[number % len(ENCODINGS)]
    mail.set_content(script.question, cte=encoding)
    if number % 2:
        html = f"<html><body><p>{script.question}</p><p>--<br>{script.name}</p></body></html>"
        mail.add_alternative(html, subtype="html", cte="quoted-printable")
    if number % 8 == 0:
        mail.add_attachment(rng.randbytes(PICTURE), maintype="image", subtype="jpeg", filename="lamp.jpg")
    for depth, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary(f"=_{depth}_{key}")
    return mail.as_bytes()


def _ticket(script: Script, key: str) -> dict[str, object]:
    return {
        "subject": script.subject,
        "channel": "email",
        "customer": {"email": f"{key}@customers.example", "name": script.name},
        "message": {"body": script.question},
    }
