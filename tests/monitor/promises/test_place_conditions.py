"""A queue or a store that promises name stays, and says by which."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Queue, Store
from helpdesk.queues import queue_removal
from monitor.models import Calendar, Policy, PolicyVersion
from monitor.promises import versions
from monitor.promises.place_conditions import policies_naming
from tests.make import NOW, Make

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def publish(queue: Queue | None, name: str = "Returns at once", **fields: Any) -> PolicyVersion:
    rules = {"match": {"queue": [queue.pk]} if queue else {}, "targets": {"first_response": {"seconds": 600}}}
    given: dict[str, Any] = {"rules": rules, "position": 5, "calendar": Calendar.objects.get(), "now": NOW}
    return versions.publish_policy(policy=Policy.objects.get_or_create(name=name)[0], **given | fields)


STORIES: dict[str, tuple[Callable[[Queue], object], list[str]]] = {
    "nothing": (lambda queue: None, []),
    "another queue": (lambda queue: publish(Queue.objects.create(name="Another")), []),
    "in force": (publish, ["Returns at once"]),
    "planned": (lambda queue: publish(queue, effective_at=NOW + DAY), ["Returns at once"]),
    "taken out since": (lambda queue: (publish(queue, now=NOW - DAY), publish(None)), []),
    "retired since": (lambda queue: (publish(queue, now=NOW - DAY), publish(queue, retired=True)), []),
    "to be retired": (
        lambda queue: (publish(queue), publish(queue, retired=True, effective_at=NOW + DAY)),
        ["Returns at once"],
    ),
    "two of them": (lambda queue: (publish(queue, "A"), publish(queue, "B")), ["A", "B"]),
}


@pytest.mark.parametrize("story", STORIES)
def test_what_names_a_queue_is_what_is_in_force_or_planned(make: Make, story: str, promises: None) -> None:
    queue = make.queue("Returns")
    happen, expected = STORIES[story]
    happen(queue)

    assert policies_naming([queue], now=NOW)[0] == expected


def test_a_queue_that_a_promise_names_is_not_removed(make: Make, promises: None) -> None:
    queue = make.queue("Returns")
    publish(queue)
    with (
        pytest.raises(queue_removal.QueueNamed, match="Returns is named by Returns at once"),
        transaction.atomic(),
    ):
        queue_removal.remove_empty(queue, now=NOW)


def test_the_pages_say_so_before_and_after(client: Client, make: Make, promises: None) -> None:
    queue, free = make.queue("Returns"), make.queue("Free")
    publish(queue, now=database_now())
    client.force_login(make.agent("admin"))

    named, unnamed = (
        client.get(reverse("queue-settings", args=[each.pk])).content.decode() for each in (queue, free)
    )
    assert "stays, since promises name it" in named
    assert reverse("queue-removal", args=[queue.pk]) not in named
    assert reverse("queue-removal", args=[free.pk]) in unnamed
    said = client.post(reverse("queue-removal", args=[queue.pk]), follow=True).content.decode()
    assert "Returns is named by Returns at once: take it out there first." in said

    refusal = client.post(
        reverse("admin:helpdesk_queue_delete", args=[queue.pk]), {"post": "yes"}, follow=True
    )
    assert "the promise “Returns at once” names it" in refusal.content.decode()
    assert Queue.objects.filter(pk=queue.pk).exists()


def of_store(store: Store) -> dict[str, Any]:
    return {"match": {"store": [store.pk]}, "targets": {"first_response": {"seconds": 600}}}


def test_numbers_of_queues_and_of_stores_are_not_confused(make: Make, promises: None) -> None:
    queue = make.queue("Returns")
    store = Store.objects.create(pk=queue.pk, name="Shop", environment="live", default_queue=queue)
    publish(None, "Of the store", rules=of_store(store))

    assert policies_naming([store], now=NOW)[0] == ["Of the store"]
    assert policies_naming([queue], now=NOW)[0] == []


@pytest.mark.parametrize("at_once", [False, True])
def test_a_store_that_a_promise_names_is_not_deleted(
    client: Client, make: Make, promises: None, at_once: bool
) -> None:
    named, free = make.store("Named"), make.store("Free")
    publish(None, "To the named", rules=of_store(named), now=database_now())
    client.force_login(make.agent("admin"))

    for store in (named, free):
        if at_once:
            address = reverse("admin:helpdesk_store_changelist")
            chosen = {"action": "delete_selected", "_selected_action": [store.pk], "post": "yes"}
        else:
            address, chosen = reverse("admin:helpdesk_store_delete", args=[store.pk]), {"post": "yes"}
        said = client.post(address, chosen, follow=True).content.decode()
        assert ("the promise “To the named” names it" in said) == (store == named)

    assert list(Store.objects.all()) == [named]
