"""What an agent asks of a list by number tells no name of stores, queues and people that are not theirs."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.models import Environment, Ticket
from tests.make import Make

FOREIGN = ("Secret Shop", "Secret Team", "Secretive")


@pytest.fixture
def numbers(make: Make) -> dict[str, int]:
    queue = make.queue("Secret Team")
    store = make.store("Secret Shop", queue=queue)
    make.ticket(store=store)
    return {"store": store.pk, "queue": queue.pk, "assignee": make.agent("secretive", queue=queue).pk}


@pytest.mark.parametrize("who", ["owner", "overseer"])
@pytest.mark.parametrize("name", ["store", "queue", "assignee"])
def test_a_filter_tells_no_foreign_name(
    client: Client, make: Make, numbers: dict[str, int], name: str, who: str
) -> None:
    client.force_login(make.agent(who))
    make.ticket()
    for page in ("tickets", "queue", "board"):
        asked = {name: str(numbers[name]), "filter": "1", "tab": "all"}
        said = client.get(reverse(page), asked).content.decode()
        assert [word for word in FOREIGN if word in said] == [], page


def test_an_admin_is_told(client: Client, make: Make, numbers: dict[str, int]) -> None:
    client.force_login(make.agent("admin"))
    said = client.get(reverse("tickets"), numbers).content.decode()

    assert all(word in said for word in FOREIGN)


def test_what_is_theirs_is_told(client: Client, make: Make) -> None:
    client.force_login(make.agent("owner"))
    colleague = make.agent("colleague")
    asked = {"store": make.store().pk, "queue": make.queue().pk, "assignee": colleague.pk}

    said = client.get(reverse("tickets"), asked).content.decode()

    assert all(word in said for word in ("store Shop", "queue Support", "with Colleague"))
    assert make.store() in client.get(reverse("queue"), {"filter": "1"}).context["stores"]


def test_whoever_had_a_ticket_of_theirs_is_told_too(client: Client, make: Make) -> None:
    gone = make.agent("secretive", queue=make.queue("Secret Team"))
    store = make.store("Secret Shop", queue=make.queue("Secret Team"), environment=Environment.LIVE)
    make.ticket(store=store)
    Ticket.objects.update(queue=make.queue(), assignee=gone)
    client.force_login(make.agent("owner"))

    said = client.get(reverse("tickets"), {"assignee": gone.pk, "store": store.pk}).content.decode()

    assert "with Secretive" in said
    assert "store Secret Shop" in said


def test_a_hand_over_to_a_stranger_tells_no_name(client: Client, make: Make, numbers: dict[str, int]) -> None:
    ticket = make.ticket()
    client.force_login(make.agent("owner"))

    answer = client.post(
        reverse("ticket-assignee", args=[ticket.reference]), {"agent": numbers["assignee"]}, follow=True
    )

    assert answer.status_code == 404
    assert "Secretive" not in answer.content.decode()
