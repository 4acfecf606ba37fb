"""Files on the ticket page: named below their message, and given to whom may see it, as downloads only."""

from __future__ import annotations

import io

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from PIL import Image

from helpdesk.attachments import previews
from helpdesk.attachments.file_keeping import GivenFile, named_only
from helpdesk.attachments.message_files import attach
from helpdesk.models import Agent, Attachment, LeftOut, Message, Ticket
from tests.helpdesk.attachments.given_files import BILL, on_a_note, on_the_first_message
from tests.make import NOW, Make

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return make.ticket()


@pytest.fixture
def owner(make: Make, client: Client) -> Agent:
    client.force_login(make.agent())
    return make.agent()


def page(client: Client, ticket: Ticket) -> str:
    return client.get(reverse("ticket", args=[ticket.reference])).content.decode()


def address(file: Attachment) -> str:
    return reverse("attachment", args=[file.pk])


def test_a_file_stands_below_its_message_with_its_size(client: Client, owner: Agent, ticket: Ticket) -> None:
    file = on_the_first_message(ticket, GivenFile("<b>bill</b>.pdf", b"%PDF-" + b"x" * 2043), by=owner)
    shown = page(client, ticket)

    assert f'<a href="{address(file)}" download' in shown
    assert "<bdi>b&gt;.pdf</bdi>" in shown
    assert "2.0\xa0KB" in shown


def test_what_was_left_out_is_named_and_leads_nowhere(client: Client, owner: Agent, ticket: Ticket) -> None:
    film = named_only(GivenFile("film.mp4", b"x" * 3000), why=LeftOut.TOO_LARGE, store=ticket.store, now=NOW)
    attach([film], to=Message.objects.get(ticket=ticket))
    shown = page(client, ticket)

    assert "<bdi>film.mp4</bdi>" in shown
    assert "too large" in shown
    assert address(film) not in shown
    assert client.get(address(film)).status_code == 404


def test_it_is_saved_and_never_shown_whatever_is_in_it(client: Client, owner: Agent, ticket: Ticket) -> None:
    script = GivenFile("page.html", b"<script>alert(1)</script>")
    answer = client.get(address(on_the_first_message(ticket, script, by=owner)))

    assert answer.content == script.content
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="page.html"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Rechnung März.pdf", "attachment; filename*=utf-8''Rechnung%20M%C3%A4rz.pdf"),
        ('a"; b.pdf', 'attachment; filename="a\\"; b.pdf"'),
        ("a\r\nSet-Cookie: b.pdf", 'attachment; filename="a  Set-Cookie: b.pdf"'),
        ("", 'attachment; filename="file"'),
    ],
)
def test_its_name_is_told_to_browsers_and_breaks_no_header(
    client: Client, owner: Agent, ticket: Ticket, name: str, told: str
) -> None:
    answer = client.get(address(on_the_first_message(ticket, GivenFile(name, b"x"), by=owner)))

    assert answer.headers["Content-Disposition"] == told
    assert not answer.cookies


@pytest.mark.parametrize(("who", "status"), [("colleague", 200), ("admin", 200), ("outsider", 404)])
def test_only_who_may_see_the_ticket_gets_its_files(
    client: Client, make: Make, ticket: Ticket, who: str, status: int
) -> None:
    file = on_the_first_message(ticket, by=make.agent())
    note = on_a_note(ticket, by=make.agent())
    assert client.get(address(file)).status_code == 302
    client.force_login(make.agent(who))

    assert [client.get(address(each)).status_code for each in (file, note)] == [status, status]


def test_a_file_that_is_on_no_message_yet_is_nobodys_to_save(
    client: Client, owner: Agent, ticket: Ticket
) -> None:
    file = on_the_first_message(ticket, by=owner)
    Attachment.objects.update(message=None)

    assert client.get(address(file)).status_code == 404


def test_a_file_whose_bytes_are_gone_says_so(client: Client, owner: Agent, ticket: Ticket) -> None:
    file = on_the_first_message(ticket, by=owner)
    default_storage.delete(file.path)
    answer = client.get(address(file))

    assert answer.status_code == 404
    assert "not there any more" in answer.content.decode()


def test_files_cost_the_page_no_statement_more(
    client: Client, owner: Agent, ticket: Ticket, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    for _ in range(5):
        on_a_note(ticket, BILL, by=owner)
    page(client, ticket)
    with django_assert_max_num_queries(15):  # type: ignore[operator]  # a fixture that is called
        assert page(client, ticket).count("bill.pdf") == 5


def test_a_picture_is_shown_as_we_drew_it_to_whom_may_see_it(
    client: Client, owner: Agent, make: Make, ticket: Ticket
) -> None:
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(out, "PNG")
    file = on_the_first_message(ticket, GivenFile("photo.png", out.getvalue()), by=owner)
    place = reverse("attachment-picture", args=[file.pk])
    assert client.get(place).status_code == 404
    assert place not in page(client, ticket)
    previews.take(now=NOW)
    assert f'<img src="{place}"' in page(client, ticket)
    shown = client.get(place)

    assert (shown.headers["Content-Type"], shown.content[8:12]) == ("image/webp", b"WEBP")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Cache-Control"] == "private, max-age=3600"
    client.force_login(make.agent("outsider"))
    assert client.get(place).status_code == 404
