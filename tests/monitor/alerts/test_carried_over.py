"""What waited before there was an outbox is in it afterwards, under the id that a receiver may have seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from helpdesk.models import Delivery, DeliveryAddress
from monitor.models import News
from monitor.promises import defaults
from monitor.watch import sweep
from tests.make import NOW, Make

# A limit that struck half-way would leave the tests that follow a database without their tables.
pytestmark = [
    pytest.mark.database,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(3600),
]

BEFORE = [("monitor", "0002_for_ever"), ("helpdesk", "0002_for_ever")]
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def news(make: Make) -> list[int]:
    defaults.ensure_defaults()
    make.ticket()
    sweep.sweep(now=LATER, limit=100, noticed_by="test")
    return list(News.objects.order_by("pk").values_list("pk", flat=True))


@pytest.fixture
def old(news: list[int]) -> Iterator[Any]:
    """The apps as they were; at the end everything is as it is."""
    executor = MigrationExecutor(connection)
    try:
        executor.migrate(BEFORE)
        yield executor.loader.project_state(BEFORE).apps
    finally:
        _migrate()


def _migrate() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_what_was_not_sent_yet_is_carried_over(old: Any, news: list[int]) -> None:
    first, second = news
    queue, store = (old.get_model("helpdesk", name).objects.earliest("pk").pk for name in ("Queue", "Store"))
    make_delivery = old.get_model("monitor", "Delivery").objects.create
    make_delivery(pk=3, channel="mail", queue_id=queue, created_at=NOW, sent_at=LATER)
    make_delivery(pk=5, channel="mail", queue_id=queue, created_at=NOW, next_attempt_at=LATER, attempts=2)
    make_delivery(pk=7, channel="webhook", store_id=store, created_at=NOW, failed_at=LATER, attempts=8)
    make_delivery(pk=9, channel="webhook", store_id=store, created_at=NOW, sent_at=LATER)
    told = old.get_model("monitor", "News").objects.filter(pk__in=news)
    told.update(mail_id=5, webhook_id=9, dispatched_at=NOW)
    told.filter(pk=second).update(webhook_id=7)
    _migrate()

    assert dict(DeliveryAddress.objects.values_list("channel", "key")) == {
        "alert_mail": queue,
        "flag_webhook": store,
    }
    assert set(DeliveryAddress.objects.values_list("left_at", flat=True)) == {LATER}
    waiting, failed = Delivery.objects.order_by("pk")
    assert (waiting.pk, waiting.due_at, waiting.attempts, waiting.address.channel) == (
        5,
        LATER,
        2,
        "alert_mail",
    )
    assert (failed.pk, failed.given_up_at, failed.address.channel) == (7, LATER, "flag_webhook")
    assert list(waiting.items.values_list("kind", "number")) == [("news", first), ("news", second)]
    assert list(failed.items.values_list("kind", "number")) == [("news", second)]
    opened = Delivery.objects.create(
        address=waiting.address, opened_at=LATER, due_at=LATER, gives_up_at=LATER
    )
    assert opened.pk == 10
