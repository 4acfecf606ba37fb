"""How far a reply has come is said on the ticket's page and by the API."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.access.erasure import erase_customer
from helpdesk.conversation.bounces import ToldBounce, take_back_bounced
from helpdesk.conversation.replies import add_note, reply_in_public
from helpdesk.models import MailedReply, Message, Ticket
from tests.helpdesk.api.conftest import Caller, told
from tests.helpdesk.mail.leaving.conftest import minute
from tests.helpdesk.outbox.smtp_server import MailServer
from tests.make import Make

pytestmark = pytest.mark.django_db

LetOut = Callable[[float], None]


@pytest.fixture
def message(make: Make, ticket: Ticket) -> Message:
    return reply_in_public(ticket=ticket, author=make.agent(), body="Here.", now=minute(2))


@pytest.fixture
def shown(make: Make, client: Client, ticket: Ticket) -> Callable[[], str]:
    """What the ticket's page says, in words alone."""
    client.force_login(make.agent())

    def read() -> str:
        page = client.get(reverse("ticket", args=[ticket.reference])).content.decode()
        return " ".join(re.sub(r"<[^>]+>", " ", page).split())

    return read


def test_a_reply_is_leaving_and_then_has_left(
    message: Message, shown: Callable[[], str], let_out: LetOut
) -> None:
    assert re.search(r"Leaving since Mar 9, (2026, )?3:02", shown())

    let_out(3)

    assert re.search(r"Left at Mar 9, (2026, )?3:03", shown())
    assert "Leaving" not in shown()


def test_why_it_is_still_here_is_said_in_the_server_s_words(
    message: Message, server: MailServer, shown: Callable[[], str], let_out: LetOut
) -> None:
    server.steps["DATA"] = 451
    let_out(3)
    assert "451 so be it" in shown()

    server.steps["DATA"] = 550
    let_out(4)
    assert "Could not leave 550 so be it" in shown()
    assert "Not delivered" not in shown()


def test_what_a_server_says_is_no_markup(
    message: Message, client: Client, make: Make, ticket: Ticket
) -> None:
    MailedReply.objects.update(refused_at=minute(3), said="550 <script>alert(1)</script>")
    client.force_login(make.agent())

    page = client.get(reverse("ticket", args=[ticket.reference])).content.decode()

    assert "<script>alert" not in page
    assert "550 &lt;script&gt;" in page


def test_nothing_of_it_is_said_where_nothing_leaves(
    make: Make, ticket: Ticket, shown: Callable[[], str]
) -> None:
    add_note(ticket=ticket, author=make.agent(), body="Hm.", now=minute(1))

    assert not re.search("Leaving|Left at|Could not leave", shown())


def test_the_api_says_it_of_each_message(
    make: Make, ticket: Ticket, message: Message, server: MailServer, let_out: LetOut
) -> None:
    caller = Caller(make.key()[1])

    def delivery() -> object:
        [asked, answered] = told(caller.get(f"/tickets/{ticket.reference}/messages"))["data"]
        assert asked["delivery"] is None
        return answered["delivery"]

    dana = {
        "line": "to",
        "email": "dana@home.example",
        "name": "Dana Levi",
        "newcomer": False,
        "taken_at": None,
        "failed_at": None,
    }
    leaving = {
        "state": "leaving",
        "leaving_since": "2026-03-09T15:02:00Z",
        "left_at": None,
        "refused_at": None,
        "bounced_at": None,
        "said": "",
        "recipients": [dana],
    }
    assert delivery() == leaving

    let_out(3)

    left = leaving | {"state": "left", "left_at": "2026-03-09T15:03:00Z"}
    left |= {"recipients": [dana | {"taken_at": "2026-03-09T15:03:00Z"}]}
    assert delivery() == left

    take_back_bounced(ticket=ticket, message=message, told=ToldBounce("550 no such user"), now=minute(4))

    assert delivery() == left | {"state": "bounced", "bounced_at": "2026-03-09T15:04:00Z"}


def test_the_page_says_that_a_reply_left_and_why_it_came_back(
    ticket: Ticket, message: Message, server: MailServer, let_out: LetOut, shown: Callable[[], str]
) -> None:
    let_out(3)

    take_back_bounced(
        ticket=ticket, message=message, told=ToldBounce("550 <b>no such user</b>"), now=minute(4)
    )

    page = shown()
    assert "Left at" in page
    assert "Not delivered" in page
    assert "550 &lt;b&gt;no such user&lt;/b&gt;" in page


def test_who_answers_by_the_api_is_told_at_once(make: Make, ticket: Ticket) -> None:
    make.agent()
    said = {"body": "Here.", "author": {"kind": "agent", "agent": "owner@example.com"}}

    answer = told(Caller(make.key()[1]).post(f"/tickets/{ticket.reference}/messages", said))

    assert answer["message"]["delivery"]["state"] == "leaving"


def test_whoever_erases_a_customer_empties_what_servers_said(
    message: Message, ticket: Ticket, server: MailServer, let_out: LetOut
) -> None:
    server.steps["DATA"] = 451
    let_out(3)
    take_back_bounced(ticket=ticket, message=message, told=ToldBounce("550 jon@example.com"), now=minute(4))

    erase_customer(customer=ticket.customer)

    message.refresh_from_db()
    assert (MailedReply.objects.get().said, message.bounce_reason) == ("", "")
