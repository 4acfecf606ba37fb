"""Topics: a store's list, kept by who oversees it, and what one ticket is about."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Agent, EventKind, StoreTopic, Ticket
from tests.helpdesk.api.conftest import Caller, told
from tests.helpdesk.pages.test_canned_replies import kept, send
from tests.make import Make


@pytest.fixture
def owner(make: Make, client: Client) -> Agent:
    agent = make.agent("owner")
    client.force_login(agent)
    return agent


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return make.ticket(now=database_now())


@pytest.fixture
def refunds(make: Make) -> StoreTopic:
    return StoreTopic.objects.create(store=make.store(), name="Refunds")


def put(client: Client, ticket: Ticket, topic: StoreTopic | None) -> int:
    address = reverse("ticket-topic", args=[ticket.reference])
    return client.post(address, {"topic": topic.pk if topic else ""}).status_code


def test_who_oversees_a_queue_of_the_store_keeps_its_list(make: Make, client: Client) -> None:
    address = reverse("store-topics", args=[make.store().pk])
    for who, status, number in (
        ("owner", 403, 0),
        ("outsider", 404, 0),
        ("overseer", 302, 1),
        ("admin", 302, 2),
    ):
        client.force_login(make.agent(who))
        assert client.post(address, {"name": f"By {who}"}).status_code == status
        assert StoreTopic.objects.count() == number

    topic = StoreTopic.objects.earliest("pk")
    for who, status in (("owner", 403), ("outsider", 404), ("overseer", 302)):
        client.force_login(make.agent(who))
        assert client.post(reverse("topic-retirement", args=[topic.pk])).status_code == status
    assert list(StoreTopic.objects.offered()) != [topic]


def test_two_are_not_called_the_same_and_a_retired_one_comes_back(
    make: Make, client: Client, refunds: StoreTopic
) -> None:
    client.force_login(make.agent("overseer"))
    address = reverse("store-topics", args=[make.store().pk])
    assert (
        "There is a topic of this name"
        in client.post(address, {"name": " refunds"}, follow=True).content.decode()
    )
    client.post(reverse("topic-retirement", args=[refunds.pk]))
    client.post(address, {"name": "REFUNDS"})
    assert list(StoreTopic.objects.offered()) == [refunds]
    assert "1 to 100 characters" in client.post(address, {"name": " "}, follow=True).content.decode()


def test_a_ticket_has_one_and_history_and_lists_know_it(
    client: Client, owner: Agent, ticket: Ticket, refunds: StoreTopic
) -> None:
    assert put(client, ticket, refunds) == 302
    page = client.get(reverse("ticket", args=[ticket.reference])).content.decode()
    assert "set the topic to \u2068Refunds\u2069" in page
    assert 'data-key="t"' in page
    listed = client.get(reverse("tickets"), {"topic": refunds.pk}).content.decode()
    assert (ticket.reference in listed or ticket.subject in listed, "topic Refunds" in listed) == (True, True)
    event = ticket.events.get(kind=EventKind.TOPIC_CHANGED)
    assert event.payload == {"topic": refunds.pk}


def test_it_is_undone_as_if_it_had_never_been_set(
    client: Client, owner: Agent, ticket: Ticket, refunds: StoreTopic
) -> None:
    put(client, ticket, refunds)
    client.post(reverse("ticket-undo", args=[ticket.reference]))
    ticket.refresh_from_db()
    assert ticket.topic is None


def test_another_store_s_and_a_retired_one_are_refused(
    make: Make, client: Client, owner: Agent, ticket: Ticket, refunds: StoreTopic
) -> None:
    foreign = StoreTopic.objects.create(store=make.store("Other"), name="Refunds")
    assert put(client, ticket, foreign) == 404
    StoreTopic.objects.filter(pk=refunds.pk).update(retired_at=database_now())
    put(client, ticket, refunds)
    ticket.refresh_from_db()
    assert ticket.topic is None
    client.force_login(make.agent("outsider"))
    assert put(client, ticket, refunds) == 404


def test_a_canned_reply_sets_it_and_the_api_tells_it(
    make: Make, client: Client, owner: Agent, ticket: Ticket, refunds: StoreTopic
) -> None:
    reply = kept(owner, actions=[f"topic:{refunds.pk}"])
    send(client, ticket, "Here.", action=reply.actions)
    ticket.refresh_from_db()
    assert ticket.topic == refunds
    assert told(Caller(make.key()[1]).get(f"/tickets/{ticket.reference}"))["topic"] == "Refunds"


def test_the_deactivated_reach_nothing(
    client: Client, owner: Agent, ticket: Ticket, refunds: StoreTopic
) -> None:
    Agent.objects.filter(pk=owner.pk).update(is_active=False)
    assert client.get(reverse("topics")).status_code == 302
    put(client, ticket, refunds)
    ticket.refresh_from_db()
    assert ticket.topic is None
