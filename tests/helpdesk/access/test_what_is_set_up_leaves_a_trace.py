"""What an admin does beside the forms of the administration stands in the security log too."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from helpdesk.database.instant import database_now
from helpdesk.demo import shop
from helpdesk.models import DeliveryAddress, SecurityEvent
from helpdesk.outbox import copied_database
from tests.make import Make

pytestmark = pytest.mark.django_db


def lines() -> list[dict[str, object]]:
    changed = SecurityEvent.objects.filter(kind="set_up_changed", actor__email="admin@example.com")
    return list(changed.values_list("facts", flat=True))


def test_a_queue_that_is_removed(make: Make, boss: Client) -> None:
    queue = make.queue()

    boss.post(reverse("queue-removal", args=[queue.pk]))

    assert lines() == [{"what": "queue", "number": queue.pk, "fields": ["deleted"]}]


def test_a_queue_that_stays_leaves_none(make: Make, boss: Client) -> None:
    boss.post(reverse("queue-removal", args=[make.store().default_queue_id]))

    assert lines() == []


def test_a_held_database_that_is_released(boss: Client) -> None:
    copied_database.hold(now=database_now())

    boss.post(reverse("hold"), {"what": "all"})

    assert lines() == [{"what": "hold", "fields": ["released"]}]


def test_a_demo_that_is_wiped(boss: Client, settings: Settings) -> None:
    settings.ATTEND_DEMO = True
    shop.seed()

    boss.post(reverse("demo-removal"))

    assert lines() == [{"what": "demo", "fields": ["wiped"]}]


def test_an_address_that_is_switched_on(boss: Client) -> None:
    address = DeliveryAddress.objects.create(channel="alert_mail", key=1, switched_off_at=database_now())

    chosen = {"action": "switch_on", "_selected_action": [address.pk]}
    boss.post(reverse("admin:helpdesk_deliveryaddress_changelist"), chosen)

    [line] = lines()
    assert (line["what"], line["fields"]) == ("deliveryaddress", ["switched_off_at"])
