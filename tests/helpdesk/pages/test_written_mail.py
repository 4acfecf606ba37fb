"""A mail as it was written: who sees it, what it may load, and what the ticket's page says of it."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.models import Attachment, Message, MessageMarkup, RawMail, RawMailBytes, Ticket
from tests.helpdesk.mail.filing.post import mail, post
from tests.make import NOW, Make

pytestmark = [pytest.mark.database, pytest.mark.django_db]

PICTURES = (
    "<p>Look:</p><img src='https://elsewhere.example/a.png' alt='A frog'><img src='cid:one@x' alt='A toad'>"
)


@pytest.fixture
def message(make: Make) -> Message:
    written = post(make.store(), mail(PICTURES, Content_Type="text/html")).message
    assert written
    return written


def place(message: Message, ticket: Ticket | None = None) -> str:
    return reverse("message-markup", args=[(ticket or message.ticket).reference, message.pk])


def policy(client: Client, address: str) -> dict[str, str]:
    said = client.get(address).headers["Content-Security-Policy"]
    return {name: values for name, _, values in (each.strip().partition(" ") for each in said.split(";"))}


def test_whoever_sees_the_ticket_sees_it(client: Client, make: Make, message: Message) -> None:
    client.force_login(make.agent())
    page = client.get(place(message)).content.decode()

    assert '<img alt="A frog" data-elsewhere="https://elsewhere.example/a.png">' in page
    assert '<img alt="A toad" data-enclosed="one@x">' in page
    assert "1 picture lies elsewhere and is not shown." in page
    assert " src=" not in page


@pytest.mark.parametrize("who", ["owner", "overseer", "admin"])
def test_the_original_is_offered_to_whoever_oversees_it_as_long_as_it_is_kept(
    client: Client, make: Make, message: Message, who: str
) -> None:
    client.force_login(make.agent(who))
    raw = RawMail.objects.get(message=message)
    ticket, original = (
        reverse("ticket", args=[message.ticket.reference]),
        reverse("mail-original", args=[raw.pk]),
    )
    oversees = who != "owner"

    assert (original in client.get(ticket).content.decode()) == oversees
    assert client.get(original).status_code == (200 if oversees else 403)
    RawMailBytes.objects.all().delete()
    assert original not in client.get(ticket).content.decode()


def test_a_picture_that_came_with_it_is_shown_from_our_own_store(
    client: Client, make: Make, message: Message
) -> None:
    file = {
        "store": message.store,
        "message": message,
        "size": 1,
        "digest": b"",
        "given_at": NOW,
        "kept_at": NOW,
    }
    toad = Attachment.objects.create(
        path="a", content_id="one@x", content_type="image/png", has_preview=True, **file
    )
    Attachment.objects.create(path="b", content_id="two@x", content_type="text/html", **file)
    client.force_login(make.agent())

    page = client.get(place(message)).content.decode()

    assert f'src="{reverse("attachment-picture", args=[toad.pk])}"' in page
    assert page.count(" src=") == 1


def test_a_picture_of_another_message_is_not(client: Client, make: Make, message: Message) -> None:
    other = {
        "store": message.store,
        "message": Message.objects.get(ticket=make.ticket()),
        "size": 1,
        "digest": b"",
    }
    Attachment.objects.create(
        path="a",
        content_id="one@x",
        content_type="image/png",
        has_preview=True,
        given_at=NOW,
        kept_at=NOW,
        **other,
    )
    client.force_login(make.agent())

    assert " src=" not in client.get(place(message)).content.decode()


def test_nobody_else_does(client: Client, make: Make, message: Message) -> None:
    assert client.get(place(message)).headers["Location"].startswith(reverse("login"))
    client.force_login(make.agent("outsider"))
    assert client.get(place(message)).status_code == 404


def test_it_is_not_reached_by_another_ticket(client: Client, make: Make, message: Message) -> None:
    other = make.ticket()
    client.force_login(make.agent())

    assert client.get(place(message, other)).status_code == 404
    assert client.get(place(Message.objects.get(ticket=other), other)).status_code == 404
    assert client.get(f"/tickets/{other.reference}/messages/{10**30}/markup/").status_code == 404


def test_in_it_nothing_acts_and_nothing_is_fetched(client: Client, make: Make, message: Message) -> None:
    client.force_login(make.agent())
    said = policy(client, place(message))

    assert said["default-src"] == "'none'"
    assert "script-src" not in said
    assert said["img-src"] == "'self'"
    assert said["form-action"] == said["base-uri"] == "'none'"
    assert said["frame-ancestors"] == "'self'"
    assert "allow-scripts" not in said["sandbox"]
    assert client.get(place(message)).headers["X-Frame-Options"] == "SAMEORIGIN"


def test_pictures_from_elsewhere_are_shown_when_they_are_asked_for(
    client: Client, make: Make, message: Message
) -> None:
    client.force_login(make.agent())
    asked = f"{place(message)}?pictures=elsewhere"
    page = client.get(asked)

    assert 'src="https://elsewhere.example/a.png"' in page.content.decode()
    assert "is not shown" not in page.content.decode()
    assert policy(client, asked)["img-src"] == "'self' https: http:"
    assert policy(client, asked)["default-src"] == "'none'"
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_the_ticket_s_page_offers_it_where_there_is_more_than_the_text(
    client: Client, make: Make, message: Message
) -> None:
    client.force_login(make.agent())
    page = client.get(reverse("ticket", args=[message.ticket.reference])).content.decode()
    plain = client.get(reverse("ticket", args=[make.ticket().reference])).content.decode()

    assert re.findall(r'data-frame="([^"]*)"', page) == [f"{place(message)}?framed=1"]
    assert "[A frog]" in page
    assert "elsewhere.example" not in page
    assert "data-frame" not in plain


def test_the_ticket_s_page_is_no_longer_for_it(client: Client, make: Make, message: Message) -> None:
    MessageMarkup.objects.update(html="<b>" + "x" * 100_000 + "</b>")
    client.force_login(make.agent())

    assert len(client.get(reverse("ticket", args=[message.ticket.reference])).content) < 50_000
