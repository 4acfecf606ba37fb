"""Writing mails, and having them kept and filed as the door and the task do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from helpdesk.mail import inbox
from helpdesk.mail.filing import mail_turn
from helpdesk.models import RawMail, Store
from tests.make import NOW

SECOND = timedelta(seconds=1)
JON, MIRA = "Jon <jon@example.com>", "Mira <mira@example.org>"


def mail(
    body: str = "Where is my order?",
    *,
    by: str = JON,
    mid: str = "one@example.com",
    at: datetime | None = NOW,
    subject: str = "My order",
    answers: Iterable[str] = (),
    **headers: str,
) -> bytes:
    """Write a mail; `answers` are the mails before it, the oldest first."""
    before = [f"<{each}>" for each in answers]
    lines = {"From": by, "To": "help@shop.example", "Subject": subject}
    lines |= {"Message-ID": f"<{mid}>"} if mid else {}
    lines |= {"Date": at.strftime("%a, %d %b %Y %H:%M:%S +0000")} if at else {}
    lines |= {"In-Reply-To": before[-1], "References": " ".join(before)} if before else {}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return (head + "\r\n" + body).encode()


def bring(store: Store, raw: bytes, *, now: datetime = NOW) -> RawMail:
    with transaction.atomic():
        return inbox.keep(raw, store=store, now=now)[0]


def file_all(*, now: datetime = NOW) -> None:
    while mail_turn.take(now=now):
        pass


def post(store: Store, raw: bytes, *, now: datetime = NOW) -> RawMail:
    """Bring a mail, have everything filed, and return what became of it."""
    kept = bring(store, raw, now=now)
    file_all(now=now)
    kept.refresh_from_db()
    return kept
