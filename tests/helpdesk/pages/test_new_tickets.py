"""Beginning a conversation from the pages."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.models import Agent, Message, Status, Ticket, TicketEvent
from tests.make import Make


@pytest.fixture
def owner(make: Make, client: Client) -> Agent:
    agent = make.agent("owner")
    client.force_login(agent)
    return agent


def typed(make: Make, **fields: object) -> dict[str, object]:
    start = {
        "store": make.store().pk,
        "email": "kim@example.com",
        "name": "Kim",
        "subject": "",
        "whose": "agent",
        "body": "Your parcel is late.",
        "token": uuid4(),
    }
    return start | fields


@pytest.mark.parametrize(
    ("whose", "initiated_by", "public", "status"),
    [("agent", "agent", True, Status.OPEN), ("customer", "agent_for_customer", False, Status.NEW)],
)
def test_an_agent_writes_first_or_takes_down_what_was_asked(
    client: Client, owner: Agent, make: Make, whose: str, initiated_by: str, public: bool, status: str
) -> None:
    form = typed(make, whose=whose)
    pages = [client.post(reverse("new-ticket"), form, follow=True) for _ in "12"]

    ticket, message = Ticket.objects.get(), Message.objects.get()
    assert "Your parcel is late." in pages[1].content.decode()
    assert (str(ticket.customer), ticket.status, ticket.queue) == ("Kim", status, make.queue())
    assert (message.agent, message.public) == (owner, public)
    assert TicketEvent.objects.get(seq=1).payload["initiated_by"] == initiated_by
    assert (ticket.waiting_since is None) is public


def test_what_is_missing_is_said_and_the_text_stays(client: Client, owner: Agent, make: Make) -> None:
    page = client.post(reverse("new-ticket"), typed(make, email="nope"))

    assert (page.status_code, "Your parcel is late." in page.content.decode()) == (422, True)
    assert not Ticket.objects.exists()


def test_only_stores_whose_tickets_come_to_the_agent_can_be_chosen(client: Client, make: Make) -> None:
    client.force_login(make.agent("outsider"))

    assert client.post(reverse("new-ticket"), typed(make)).status_code == 422
    assert "Shop" not in client.get(reverse("new-ticket")).content.decode()
    assert not Ticket.objects.exists()


def test_the_list_leads_there(client: Client, owner: Agent) -> None:
    assert reverse("new-ticket") in client.get(reverse("tickets")).content.decode()


def test_other_words_under_a_token_that_was_sent_are_not_lost(
    client: Client, owner: Agent, make: Make
) -> None:
    form = typed(make)
    client.post(reverse("new-ticket"), form)

    page = client.post(reverse("new-ticket"), form | {"body": "It comes tomorrow."})

    shown = page.content.decode()
    assert (page.status_code, "It comes tomorrow." in shown) == (422, True)
    assert f"it is {Ticket.objects.get().reference}" in shown
    assert f'value="{form["token"]}"' not in shown
