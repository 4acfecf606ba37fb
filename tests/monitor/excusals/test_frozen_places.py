"""A queue or a store that a freeze names stays, or the freeze would hold for nothing; in use it need not stay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Queue, Store
from helpdesk.queues import queue_merge, queue_removal, queue_retirement
from helpdesk.queues.queue_merge import QueueMerge
from monitor.excusals import freezing
from monitor.models import Freeze
from monitor.promises.defaults import ensure_defaults
from tests import figures
from tests.make import NOW, Make
from tests.monitor.excusals.broken import MUCH_LATER, excused_tickets, freeze, late_by

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_a_queue_that_a_freeze_names_stays_until_that_is_taken_back(client: Client, make: Make) -> None:
    queue = make.queue("Returns")
    storm = freeze(make, NOW, NOW + HOUR, queues=[queue], name="Storm")
    client.force_login(make.agent("admin"))
    shown, removal = (reverse(name, args=[queue.pk]) for name in ("queue-settings", "queue-removal"))

    assert removal not in (page := client.get(shown).content.decode())
    assert "since freezes name it: <bdi>Storm</bdi>" in " ".join(page.split())
    asked = client.post(removal, follow=True).content.decode()
    assert "Returns is named by Storm: take it out there first." in asked
    by_admin = reverse("admin:helpdesk_queue_delete", args=[queue.pk])
    refusal = client.post(by_admin, {"post": "yes"}, follow=True).content.decode()
    assert "the freeze “Storm” names it" in refusal
    assert Queue.objects.filter(pk=queue.pk).exists()

    with transaction.atomic():
        freezing.take_back(storm, by=make.agent("admin"), now=MUCH_LATER)
        queue_removal.remove_empty(queue, now=MUCH_LATER + HOUR)
    assert not Queue.objects.filter(pk=queue.pk).exists()


def test_a_store_that_a_freeze_names_is_not_deleted(client: Client, make: Make) -> None:
    named, free = make.store("Named"), make.store("Free")
    freeze(make, NOW, None, store_ids=[named.pk], name="Closed")
    client.force_login(make.agent("admin"))

    for store in (named, free):
        address = reverse("admin:helpdesk_store_delete", args=[store.pk])
        said = client.post(address, {"post": "yes"}, follow=True).content.decode()
        assert ("the freeze “Closed” names it" in said) == (store == named)
    assert list(Store.objects.filter(pk__in=[named.pk, free.pk])) == [named]


def test_a_queue_that_a_freeze_names_may_be_retired(make: Make) -> None:
    queue = make.queue("Returns")
    freeze(make, NOW, NOW + HOUR, queues=[queue])

    with transaction.atomic():
        assert queue_retirement.retire(queue, now=MUCH_LATER)


def test_merged_into_another_it_is_frozen_there_and_what_was_there_is_counted_anew(make: Make) -> None:
    ensure_defaults()
    figures.begin()
    source, into = make.queue("Returns"), make.queue()
    there = late_by(make, timedelta(minutes=1), queue=into)
    made = freeze(make, NOW, NOW + HOUR, queues=[source])
    figures.fold()
    assert excused_tickets() == set()

    with transaction.atomic():
        queue_merge.merge(QueueMerge(source, into), by=make.agent("admin"), now=database_now())
    figures.fold()

    assert Freeze.objects.get(pk=made.pk).queue_ids == [into.pk]
    assert excused_tickets() == {there.pk}
