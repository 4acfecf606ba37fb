"""Other people's mails, through the real door, twice: none is lost, none doubled, no machine opens a ticket."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpdesk.mail.reading.letter import read
from helpdesk.models import MailOutcome, Message, RawMail, Ticket
from helpdesk.tasks import read_mail
from tests.helpdesk.api.conftest import Caller, caller, callers, told

__all__ = ["caller", "callers"]

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def hand_in(caller: Caller, raw: bytes) -> tuple[int, str]:
    answer = caller.call("POST", "/mail", raw, **{"content-type": "message/rfc822"})
    return answer.status_code, told(answer)["id"]


def read_all() -> None:
    """A task goes on for some seconds; a busy machine needs several."""
    while RawMail.objects.unread().exists():
        read_mail()


def test_each_becomes_one_thing(caller: Caller, shared_data: Path) -> None:
    files = sorted(
        path
        for path in (shared_data / "emails").rglob("*")
        if path.suffix in {".eml", ".txt", ".msg", ""} and path.is_file()
    )
    mails = {path.read_bytes() for path in files}

    first = [hand_in(caller, raw) for raw in sorted(mails)]
    read_all()
    said = dict(RawMail.objects.values_list("pk", "outcome"))
    again = [hand_in(caller, raw) for raw in sorted(mails)]
    read_all()

    assert {status for status, _ in first} == {202}
    assert {status for status, _ in again} == {200}
    assert dict(RawMail.objects.values_list("pk", "outcome")) == said
    assert len(said) == len(mails) >= 140
    assert "" not in said.values()
    opened = RawMail.objects.filter(outcome=MailOutcome.OPENED)
    assert Ticket.objects.count() == opened.count() == opened.values("message").distinct().count()
    assert all(read(bytes(each.original.raw)).automatic is None for each in opened)
    assert not Ticket.objects.filter(messages=None).exists()
    assert Message.objects.filter(mail_ids=None).count() == 0
