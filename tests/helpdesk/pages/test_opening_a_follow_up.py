"""Opening another ticket that follows one that has ended."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Ticket
from tests.make import Make

NEW = "/tickets/new/"


@pytest.fixture
def owner(make: Make, client: Client) -> Agent:
    agent = make.agent("owner")
    client.force_login(agent)
    return agent


@pytest.fixture
def ended(make: Make, owner: Agent) -> Ticket:
    ticket = make.ticket(now=database_now(), email="zelda@example.com", subject="Where is it?")
    Ticket.objects.filter(pk=ticket.pk).update(status="closed")
    return ticket


def test_it_is_to_the_same_customer_about_the_same_and_both_lead_to_each_other(
    client: Client, ended: Ticket, make: Make
) -> None:
    elsewhere = make.queue("Second line")
    make.member(make.agent("owner"), queue=elsewhere)
    Ticket.objects.filter(pk=ended.pk).update(queue=elsewhere)
    page = client.get(reverse("ticket", args=[ended.reference])).content.decode()
    assert f"{NEW}?follows={ended.reference}" in page

    form = client.get(NEW, {"follows": ended.reference}).context["form"]
    given = {name: form[name].value() or "" for name in form.fields}
    assert (given["email"], given["subject"], given["store"]) == (
        "zelda@example.com",
        "Where is it?",
        ended.store_id,
    )

    sent = given | {"whose": "agent", "body": "One word more."}
    sent.pop("attachments", None)
    client.post(NEW, sent)
    begun = Ticket.objects.exclude(pk=ended.pk).get()
    assert (begun.follows, begun.queue, begun.customer) == (ended, elsewhere, ended.customer)
    for one, other in ((ended, begun), (begun, ended)):
        page = client.get(reverse("ticket", args=[one.reference])).content.decode()
        assert reverse("ticket", args=[other.reference]) in page
    assert "This follows a ticket that had ended" in page


def test_one_that_has_not_ended_goes_on_where_it_is(client: Client, ended: Ticket) -> None:
    Ticket.objects.filter(pk=ended.pk).update(status="open")
    there = reverse("ticket", args=[ended.reference])

    assert f"{NEW}?follows=" not in client.get(there).content.decode()
    answer = client.get(NEW, {"follows": ended.reference}, follow=True)
    assert answer.redirect_chain[0][0] == there
    assert "it goes on here" in answer.content.decode()


def test_what_one_may_not_see_is_not_followed(client: Client, ended: Ticket, make: Make) -> None:
    client.force_login(make.agent("outsider"))
    assert client.get(NEW, {"follows": ended.reference}).status_code == 404

    make.member(make.agent("outsider"), queue=make.queue("Elsewhere"))
    form = {
        "store": ended.store_id,
        "email": "a@example.com",
        "whose": "agent",
        "body": "Hi.",
        "token": uuid4(),
    }
    client.post(NEW, form | {"follows": ended.reference})
    assert not Ticket.objects.filter(follows=ended).exists()

    client.force_login(make.agent("colleague"))
    assert client.get(NEW, {"follows": ended.reference}).status_code == 200
    Agent.objects.filter(email="colleague@example.com").update(is_active=False)
    assert client.get(NEW, {"follows": ended.reference}).status_code == 302


def test_it_stays_in_its_store(client: Client, ended: Ticket, make: Make) -> None:
    other = make.store("Another")
    form = {
        "store": other.pk,
        "email": "zelda@example.com",
        "whose": "agent",
        "body": "Hi.",
        "token": uuid4(),
    }
    page = client.post(NEW, form | {"follows": ended.reference})

    assert (page.status_code, "belongs to its store" in page.content.decode()) == (422, True)
    assert "Hi.</textarea>" in page.content.decode()
