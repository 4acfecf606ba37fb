"""Where there is a virus scanner, nobody gets a file before it has looked into it, and nothing else waits."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.attachments import message_files, previews, scanning
from helpdesk.attachments.file_keeping import GivenFile, take_in
from helpdesk.attachments.virus_scanner import ScannerSilent, found_in
from helpdesk.conversation.replies import reply_in_public
from helpdesk.models import Attachment, Leaving, Message, Ticket
from tests.helpdesk.attachments.given_files import on_the_first_message
from tests.helpdesk.attachments.scanner_server import (
    BAD,
    DrippingDialogue,
    HastyDialogue,
    ScannerDialogue,
    SippingDialogue,
)
from tests.helpdesk.attachments.scanner_server import scanning as scanner_at
from tests.helpdesk.mail.leaving.conftest import let_out, mailbox, minute, server, ticket
from tests.helpdesk.outbox.smtp_server import MailServer
from tests.make import NOW, Make

__all__ = ["let_out", "mailbox", "server", "ticket"]

pytestmark = [pytest.mark.database, pytest.mark.django_db]

GOOD, INFECTED = GivenFile("good.txt", b"good"), GivenFile("bad.txt", BAD)


@pytest.fixture
def scanner(settings: Any) -> Iterator[str]:
    with scanner_at() as address:
        settings.CLAMD = address
        yield address


def test_both_kinds_of_sockets_are_spoken_to(tmp_path: Path) -> None:
    for place in (None, tmp_path / "clamd.ctl"):
        with scanner_at(place) as address:
            assert found_in(b"x" * 1_000_000, address=address) == ""
            assert found_in(b"x" * 300_000 + BAD, address=address) == "Test.Bad-1"


def test_what_is_no_verdict_is_believed_by_nobody(tmp_path: Path) -> None:
    with scanner_at() as address, pytest.raises(ScannerSilent, match="size limit exceeded"):
        found_in(b"too much", address=address)
    with pytest.raises(ScannerSilent):
        found_in(b"x", address=f"unix:{tmp_path / 'nowhere'}")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(ScannerSilent):
        found_in(b"x", address=f"tcp://127.0.0.1:{port}")


@pytest.mark.parametrize("slow", [DrippingDialogue, SippingDialogue])
def test_a_scanner_that_drags_has_its_time_for_a_file_and_no_more(slow: type[ScannerDialogue]) -> None:
    with scanner_at(dialogue=slow) as address, pytest.raises(ScannerSilent, match="TimeoutError"):
        found_in(b"x" * 20_000_000, address=address, patience=0.5)


def test_a_verdict_that_breaks_off_is_none() -> None:
    with scanner_at(dialogue=HastyDialogue) as address, pytest.raises(ScannerSilent, match="not finish"):
        found_in(b"x", address=address)


def download(client: Client, file: Attachment) -> Any:
    return client.get(reverse("attachment", args=[file.pk]))


def test_a_file_is_given_to_nobody_before_it_was_scanned(
    client: Client, make: Make, ticket: Ticket, scanner: str
) -> None:
    client.force_login(make.agent())
    file = on_the_first_message(ticket, GOOD, by=make.agent())
    page = client.get(reverse("ticket", args=[ticket.reference])).content.decode()
    assert "Waits for the virus scanner" in page
    assert reverse("attachment", args=[file.pk]) not in page
    assert download(client, file).status_code == 503

    assert [scanning.take(now=NOW) for _ in range(2)] == [True, False]
    assert download(client, file).content == b"good"


def test_what_is_infected_is_named_and_given_to_nobody(
    client: Client, make: Make, ticket: Ticket, scanner: str
) -> None:
    client.force_login(make.agent())
    file = on_the_first_message(ticket, INFECTED, by=make.agent())
    scanning.take(now=NOW)

    page = client.get(reverse("ticket", args=[ticket.reference])).content.decode()
    assert "Infected: <bdi>Test.Bad-1</bdi>" in page
    answer = download(client, file)
    assert (answer.status_code, BAD in answer.content) == (403, False)


def test_no_picture_is_drawn_of_what_was_not_scanned_or_is_infected(make: Make, scanner: str) -> None:
    picture = GivenFile("a.png", b"\x89PNG\r\n\x1a\n" + BAD)
    on_the_first_message(make.ticket(), picture, by=make.agent())
    assert not previews.take(now=NOW)
    scanning.take(now=NOW)

    assert not previews.take(now=NOW)


def test_a_scanner_that_is_silent_is_asked_again_and_holds_up_no_other_file(
    make: Make, settings: Any, scanner: str
) -> None:
    stuck = on_the_first_message(make.ticket(), GivenFile("a", b"too much"), by=make.agent())
    good = on_the_first_message(make.ticket(), GOOD, by=make.agent())
    assert [scanning.take(now=NOW) for _ in range(3)] == [False, True, False]
    good.refresh_from_db()
    stuck.refresh_from_db()
    assert (good.waits_for_scan, stuck.waits_for_scan) == (False, True)

    Attachment.objects.filter(pk=stuck.pk).update(scanned_at=None)
    settings.CLAMD = "tcp://127.0.0.1:9"
    assert not scanning.take(now=NOW + scanning.REST)
    settings.CLAMD = scanner
    assert Attachment.objects.unscanned(NOW + scanning.REST).count() == 0
    assert Attachment.objects.unscanned(NOW + 2 * scanning.REST).count() == 1


def test_files_that_can_never_be_scanned_hold_up_none_that_was_not_tried(make: Make, scanner: str) -> None:
    ticket, agent = make.ticket(), make.agent()
    on_the_first_message(ticket, GivenFile("a", b"too much"), by=agent)
    for _ in range(2):
        default_storage.delete(on_the_first_message(ticket, GOOD, by=agent).path)
    assert [scanning.take(now=NOW) for _ in range(4)] == [False, True, True, False]

    later = NOW + 2 * scanning.REST
    good = on_the_first_message(ticket, GOOD, by=agent)
    scanning.take(now=later)

    good.refresh_from_db()
    assert not good.waits_for_scan
    assert Attachment.objects.unscanned(later).count() == 3


def reply(make: Make, ticket: Ticket, file: GivenFile) -> Message:
    agent = make.agent()
    given = take_in(file, giver=agent, store=ticket.store, now=NOW)
    with transaction.atomic():
        message = reply_in_public(ticket=ticket, author=agent, body="See.", now=minute(2))
        message_files.put_on(message, [given.pk], giver=agent)
    return message


def test_a_reply_leaves_once_its_file_was_scanned(
    make: Make, ticket: Ticket, server: MailServer, let_out: Callable[[float], None], scanner: str
) -> None:
    message = reply(make, ticket, GOOD)
    let_out(3)
    message.mailed.refresh_from_db()
    assert (server.taken, message.mailed.state) == ([], Leaving.LEAVING)
    assert "waits for the virus scanner" in message.mailed.said

    scanning.take(now=minute(3))
    let_out(4)
    assert len(server.taken) == 1


def test_a_reply_with_something_bad_never_leaves(
    make: Make, ticket: Ticket, server: MailServer, let_out: Callable[[float], None], scanner: str
) -> None:
    message = reply(make, ticket, INFECTED)
    scanning.take(now=minute(2))
    let_out(3)

    message.mailed.refresh_from_db()
    assert (server.taken, message.mailed.state) == ([], Leaving.REFUSED)
    assert "Test.Bad-1" in message.mailed.said


def test_without_a_scanner_nothing_is_scanned_and_nothing_waits(
    client: Client, make: Make, ticket: Ticket
) -> None:
    client.force_login(make.agent())
    file = on_the_first_message(ticket, GOOD, by=make.agent())

    assert not scanning.take(now=NOW + timedelta(days=1))
    assert download(client, file).content == b"good"
