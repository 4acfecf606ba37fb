"""Two that fill the outbox at once: neither waits for the other, and nothing is told twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from helpdesk.models import DeliveryItem
from monitor.alerts import news_delivery
from monitor.models import News
from monitor.promises import defaults
from monitor.watch import sweep
from tests.make import NOW, Make
from tests.monitor.watched import Elsewhere, elsewhere

__all__ = ["elsewhere"]

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

LATER = NOW + timedelta(hours=2)


def test_whoever_fills_it_passes_by_what_another_one_holds(make: Make, elsewhere: Elsewhere) -> None:
    defaults.ensure_defaults()
    make.agent("overseer")
    make.ticket()
    sweep.sweep(now=LATER, limit=10, noticed_by="test")
    held = News.objects.undispatched().earliest("pk")

    with transaction.atomic():
        News.objects.select_for_update().get(pk=held.pk)
        filling = elsewhere(lambda: news_delivery.make_out(now=LATER, limit=10))
        assert filling.result(timeout=20) == News.objects.count() - 1
    assert news_delivery.make_out(now=LATER, limit=10) == 1
    assert DeliveryItem.objects.count() == News.objects.count()
