"""Files that an agent sends from the ticket page: along with a reply or a note, and never at the cost of the text."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Attachment, Ticket
from tests.make import Make

pytestmark = pytest.mark.django_db

Send = Callable[..., HttpResponse]


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return make.ticket(now=database_now())


@pytest.fixture
def owner(make: Make, client: Client) -> Agent:
    client.force_login(make.agent())
    return make.agent()


@pytest.fixture
def send(client: Client, owner: Agent, ticket: Ticket) -> Send:
    def sent(**fields: Any) -> Any:
        start = {
            "mode": "public",
            "then": "wait",
            "body": "Here it is.",
            "seen_seq": ticket.last_seq,
            "token": uuid4(),
        }
        return client.post(reverse("ticket-messages", args=[ticket.reference]), start | fields)

    return sent


def file(name: str = "bill.pdf", content: bytes = b"%PDF-1.7 bill") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def sent_with(ticket: Ticket) -> list[str]:
    """Return the names of the files of the last message."""
    return list(ticket.messages.latest("id").attachments.order_by("pk").values_list("name", flat=True))


def ticked(answer: HttpResponse) -> list[int]:
    found = re.findall(r'name="attachments" value="(\d+)" checked', answer.content.decode())
    return [int(number) for number in found]


@pytest.mark.parametrize("mode", ["public", "note"])
def test_files_go_along_with_a_reply_or_a_note(send: Send, ticket: Ticket, mode: str) -> None:
    assert send(mode=mode, files=[file(), file("photo.png")]).status_code == 302

    assert sent_with(ticket) == ["bill.pdf", "photo.png"]


def test_a_file_too_large_is_refused_by_name_and_costs_neither_text_nor_other_files(
    send: Send, ticket: Ticket, settings: Any
) -> None:
    settings.FILE_MAX_SIZE = 1024 * 1024
    answer = send(body="A long answer.", files=[file(), file("film.mp4", b"x" * (1024 * 1024 + 1))])

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "“film.mp4” is too large: a file may have at most 1 MiB." in shown
    assert "A long answer." in shown
    assert ticket.messages.count() == 1
    [kept] = ticked(answer)
    assert send(attachments=[kept]).status_code == 302
    assert sent_with(ticket) == ["bill.pdf"]


def test_what_is_too_much_together_is_refused_in_a_sentence_and_can_be_sent_with_less(
    send: Send, ticket: Ticket, settings: Any
) -> None:
    settings.FILES_MAX_SIZE = 1024 * 1024
    answer = send(files=[file("a", b"x" * 1024 * 700), file("b", b"x" * 1024 * 700)])

    assert "The files have 2 MiB together; one message may have at most 1 MiB" in answer.content.decode()
    first, _second = ticked(answer)
    send(attachments=[first])
    assert sent_with(ticket) == ["a"]


def test_a_text_that_is_refused_keeps_its_files(send: Send, ticket: Ticket) -> None:
    answer = send(body=" ", files=[file()])
    assert answer.status_code == 422

    send(attachments=ticked(answer))
    assert sent_with(ticket) == ["bill.pdf"]


def test_a_doubled_send_is_one_message_with_its_files_once(send: Send, ticket: Ticket) -> None:
    token, answer = uuid4(), send(body=" ", files=[file()])
    given = ticked(answer)
    assert [send(token=token, attachments=given).status_code for _ in range(2)] == [302, 302]
    again = send(token=token, attachments=[])

    assert (ticket.messages.count(), sent_with(ticket)) == (2, ["bill.pdf"])
    assert (again.status_code, "sent already" in again.content.decode()) == (409, True)


def test_nobody_sends_what_somebody_else_has_given(
    client: Client, make: Make, send: Send, ticket: Ticket
) -> None:
    client.force_login(make.agent("colleague"))
    theirs = ticked(send(body=" ", files=[file("theirs.pdf")]))
    client.force_login(make.agent())
    answer = send(attachments=theirs)

    assert (answer.status_code, ticket.messages.count()) == (422, 1)
    assert "theirs.pdf" not in answer.content.decode()


def test_whoever_may_not_see_the_ticket_leaves_no_file(client: Client, make: Make, send: Send) -> None:
    client.force_login(make.agent("outsider"))

    assert send(files=[file()]).status_code == 404
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\r\nBcc: b", "<b>.pdf", "n" * 5000 + ".pdf"])
def test_whatever_a_file_is_called_it_is_sent(send: Send, ticket: Ticket, name: str) -> None:
    assert send(files=[file(name)]).status_code == 302
    assert len(sent_with(ticket)) == 1


@pytest.mark.parametrize("number", ["0", "x", "-1", "9" * 30, "\u0663"])
def test_whatever_is_said_to_be_a_file_the_page_stands(send: Send, number: str) -> None:
    assert send(attachments=[number]).status_code in (302, 422)


def upload(client: Client, ticket: Ticket, *files: SimpleUploadedFile) -> Any:
    return client.post(reverse("ticket-attachments", args=[ticket.reference]), {"file": list(files)})


def test_a_file_is_given_while_the_text_is_written(client: Client, send: Send, ticket: Ticket) -> None:
    answer = upload(client, ticket, file("<b>.pdf"))

    assert answer.status_code == 201
    assert "<bdi>&lt;b&gt;.pdf</bdi>" in answer.content.decode()
    send(attachments=ticked(answer))
    assert sent_with(ticket) == ["<b>.pdf"]


def test_one_that_is_refused_says_why_in_plain_text(
    client: Client, owner: Agent, ticket: Ticket, settings: Any
) -> None:
    settings.FILE_MAX_SIZE = 1024 * 1024
    answer = upload(client, ticket, file("<b>", b"x" * (1024 * 1024 + 1)))

    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "text/plain; charset=utf-8")
    assert answer.content.decode() == "“<b>” is too large: a file may have at most 1 MiB."
    assert upload(client, ticket).status_code == 422


def test_nobody_gives_a_file_to_a_ticket_that_they_may_not_see(
    client: Client, make: Make, ticket: Ticket
) -> None:
    assert upload(client, ticket, file()).status_code == 302
    client.force_login(make.agent("outsider"))
    assert upload(client, ticket, file()).status_code == 404

    assert not Attachment.objects.exists()
