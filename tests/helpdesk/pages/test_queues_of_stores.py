"""A queue's name: the same however it is spelled, asked about if it is nearly another's, taken away if empty."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Environment, Queue, Store
from helpdesk.tickets import ticket_attributes
from tests.make import Make

STORE = {"name": "Lamps", "environment": Environment.LIVE, "locale": "en", "timezone": "UTC"}


@pytest.fixture(autouse=True)
def admin(make: Make, client: Client) -> Agent:
    agent = make.agent("admin")
    client.force_login(agent)
    return agent


def add(client: Client, queue_name: str, **fields: str) -> tuple[int, str]:
    page = client.post(reverse("stores"), STORE | {"queue_name": queue_name} | fields, follow=True)
    return page.status_code, page.content.decode()


def names() -> list[str]:
    return sorted(Queue.objects.values_list("name", flat=True))


@pytest.mark.parametrize(
    "spelled",
    ["support berlin", "SUPPORT BERLIN", " Support  Berlin ", "Support\u00a0Berlin", "Ｓupport Berlin"],
)
def test_a_queue_spelled_otherwise_is_the_same_queue(client: Client, make: Make, spelled: str) -> None:
    make.queue("Support Berlin")
    status, page = add(client, spelled)

    assert status == 200
    assert "its queue is \u2068Support Berlin\u2069" in page
    assert names() == ["Support Berlin"]
    assert Store.objects.get().default_queue.name == "Support Berlin"


@pytest.mark.parametrize("spelled", ["Suport Berlin", "Support-Berlin", "SupportBerlin", "Support Berln"])
def test_a_name_that_is_nearly_anothers_is_asked_about_and_made_where_it_is_meant(
    client: Client, make: Make, spelled: str
) -> None:
    make.queue("Support Berlin")
    status, page = add(client, spelled)
    assert status == 422
    assert "This is much like “Support Berlin”." in page
    assert 'type="checkbox" name="is_new_queue"' in page
    assert f'value="{spelled}"' in page
    assert not Store.objects.exists()

    assert add(client, spelled, is_new_queue="on")[0] == 200
    assert names() == sorted(["Support Berlin", spelled])


@pytest.mark.parametrize("spelled", ["Returns", "Support", "Berlin", "Support Tel Aviv", "תמיכה"])
def test_a_name_of_its_own_is_a_new_queue_without_a_question(
    client: Client, make: Make, spelled: str
) -> None:
    make.queue("Support Berlin")
    assert add(client, spelled)[0] == 200
    assert spelled in names()


def test_no_question_is_shown_before_it_is_asked(client: Client) -> None:
    assert "I mean a new queue" not in client.get(reverse("stores")).content.decode()


def test_the_admin_makes_no_second_queue_of_a_name_either(client: Client, make: Make) -> None:
    queue = make.queue("Support Berlin")
    with pytest.raises(ValidationError):
        Queue(name="support berlin").full_clean()
    queue.name = "SUPPORT Berlin"
    queue.full_clean()

    inline = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    page = client.post(reverse("admin:helpdesk_queue_add"), {"name": "support berlin", **inline})
    assert "There is a queue of this name: “Support Berlin”." in page.content.decode()


def remove(client: Client, queue: Queue) -> str:
    return client.post(reverse("queue-removal", args=[queue.pk]), follow=True).content.decode()


def test_an_empty_queue_is_removed_with_whoever_was_in_it(client: Client, make: Make) -> None:
    slip = make.queue("support berlin")
    make.agent("newcomer", queue=slip)
    page = client.get(reverse("queue-settings", args=[slip.pk])).content.decode()
    assert reverse("queue-removal", args=[slip.pk]) in page

    assert "The queue support berlin is removed." in remove(client, slip)
    assert names() == []
    assert Agent.objects.filter(email="newcomer@example.com").exists()


def test_a_queue_that_somebody_needs_stays(client: Client, make: Make, admin: Agent) -> None:
    of_a_store, past, present = make.store().default_queue, make.queue("Past"), make.queue("Present")
    ticket = make.ticket(now=database_now(), queue=past)
    with transaction.atomic():
        ticket_attributes.change_queue(ticket=ticket, queue=present, by=admin, now=database_now())

    for queue in (of_a_store, past, present):
        assert f"{queue} is in use, or tickets have been in it" in remove(client, queue)
    assert names() == ["Past", "Present", "Support"]


def test_only_an_admin_removes_a_queue(client: Client, make: Make) -> None:
    queue = make.queue("Empty")
    for name in ("owner", "overseer", "outsider"):
        client.force_login(make.agent(name))
        assert client.post(reverse("queue-removal", args=[queue.pk])).status_code == 403
    assert Queue.objects.filter(pk=queue.pk).exists()
