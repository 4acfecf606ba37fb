"""Taking down on the ticket page what was answered by phone, in person or in a chat."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Message, Status, Ticket, TicketEvent
from tests.make import Make


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return make.ticket(now=database_now() - timedelta(hours=1))


def typed(**fields: object) -> dict[str, object]:
    given = {"way": "phone", "body": "Called, solved.", "token": uuid4()} | fields
    return {f"elsewhere-{name}": value for name, value in given.items()}


def test_a_call_is_an_answer_and_is_shown_as_one(client: Client, make: Make, ticket: Ticket) -> None:
    client.force_login(make.agent())
    form = typed(resolves="on")

    shown = [client.post(reverse("ticket-answers", args=[ticket.reference]), form, follow=True) for _ in "12"]

    assert "Answered by phone" in shown[1].content.decode()
    assert Ticket.objects.get().status == Status.RESOLVED
    assert Message.objects.filter(way="phone").count() == 1


@pytest.mark.parametrize("told", [{}, {"holding": "on"}])
def test_it_may_only_have_held_off(
    client: Client, make: Make, ticket: Ticket, told: dict[str, object]
) -> None:
    client.force_login(make.agent())
    form = typed(**told)

    shown = client.post(reverse("ticket-answers", args=[ticket.reference]), form, follow=True)

    assert Message.objects.get(way="phone").holding is bool(told)
    assert ("holding" in TicketEvent.objects.get(kind="public_reply_sent").payload) is bool(told)
    assert ("</svg>holding</span>" in shown.content.decode()) is bool(told)


def test_its_time_may_lie_back_in_the_agents_own_zone(client: Client, make: Make, ticket: Ticket) -> None:
    client.force_login(make.agent(timezone="Asia/Kolkata"))
    at = (database_now() - timedelta(minutes=20)).replace(second=0, microsecond=0)
    local = (at + timedelta(hours=5, minutes=30)).strftime("%Y-%m-%dT%H:%M")

    client.post(reverse("ticket-answers", args=[ticket.reference]), typed(answered_at=local))

    assert TicketEvent.objects.get(kind="public_reply_sent").occurred_at == at


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"body": ""}, "Write something first."),
        ({"answered_at": "2999-01-01T00:00"}, "This time lies more than 24 hours in the future."),
    ],
)
def test_what_is_refused_keeps_the_typed_text(
    client: Client, make: Make, ticket: Ticket, fields: dict[str, str], sentence: str
) -> None:
    client.force_login(make.agent())
    form = typed(body="We talked for long.") | typed(**fields)

    page = client.post(reverse("ticket-answers", args=[ticket.reference]), form)

    assert (page.status_code, sentence in page.content.decode()) == (422, True)
    assert fields.get("body") == "" or "Called, solved." in page.content.decode()
    assert TicketEvent.objects.count() == 1


def test_a_second_press_with_other_words_is_not_swallowed(client: Client, make: Make, ticket: Ticket) -> None:
    client.force_login(make.agent())
    address, first = reverse("ticket-answers", args=[ticket.reference]), typed()
    client.post(address, first)
    page = client.post(address, first | {"elsewhere-body": "Called again."})

    assert "An earlier version of this was sent already" in page.content.decode()
    form = page.context["elsewhere"]
    assert form["token"].value() != str(first["elsewhere-token"])
    client.post(
        address, first | {"elsewhere-body": "Called again.", "elsewhere-token": form["token"].value()}
    )
    assert Message.objects.filter(way="phone").count() == 2


def test_files_are_taken_down_with_it_and_stay_where_it_is_refused(
    client: Client, make: Make, ticket: Ticket
) -> None:
    client.force_login(make.agent())
    address = reverse("ticket-answers", args=[ticket.reference])
    refused = client.post(address, typed(body=" ") | {"files": SimpleUploadedFile("chat.txt", b"Hello?")})
    [waiting] = refused.context["elsewhere"].to_send.waiting
    assert f'name="attachments" value="{waiting.pk}" checked' in refused.content.decode()

    form = typed() | {"attachments": [waiting.pk]}
    assert [client.post(address, form).status_code for _ in "12"] == [302, 302]

    answer = Message.objects.get(way="phone")
    assert [file.name for file in answer.attachments.all()] == ["chat.txt"]
    again = client.post(address, form | {"attachments": []})
    assert "An earlier version of this was sent already" in again.content.decode()


def test_a_file_that_is_refused_stops_it_and_is_named(
    client: Client, make: Make, ticket: Ticket, settings: Any
) -> None:
    settings.FILE_MAX_SIZE = 1024 * 1024
    client.force_login(make.agent())
    film = SimpleUploadedFile("film.mp4", b"x" * (1024 * 1024 + 1))
    page = client.post(reverse("ticket-answers", args=[ticket.reference]), typed() | {"files": film})

    assert (page.status_code, Message.objects.filter(way="phone").count()) == (422, 0)
    assert "“film.mp4” is too large" in page.content.decode()
    assert "Called, solved." in page.content.decode()


def test_an_outsider_takes_nothing_down(client: Client, make: Make, ticket: Ticket) -> None:
    client.force_login(make.agent("outsider"))

    assert client.post(reverse("ticket-answers", args=[ticket.reference]), typed()).status_code == 404
