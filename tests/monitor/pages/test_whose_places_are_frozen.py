"""Freezes name the queues and stores that their viewer sees, and count the others."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from helpdesk.database.instant import database_now
from monitor.models import Freeze
from tests.make import Make

pytestmark = pytest.mark.django_db


def said(client: Client) -> str:
    return " ".join(unescape(strip_tags(client.get(reverse("freezes")).content.decode())).split())


def test_places_that_somebody_does_not_see_are_counted_and_not_named(make: Make, client: Client) -> None:
    theirs, returns, fraud = make.queue(), make.queue("Returns"), make.queue("Fraud")
    shop, secret = make.store(), make.store("Secret shop", queue=returns)
    told: dict[str, Any] = {"environment": "live", "reason": "No power", "made_by": make.agent("admin")}
    told |= {"starts_at": database_now(), "queue_ids": [theirs.pk, returns.pk, fraud.pk]}
    Freeze.objects.create(name="Outage", store_ids=[shop.pk, secret.pk], **told)
    Freeze.objects.create(name="Flood", store_ids=[secret.pk], **told)

    client.force_login(make.agent("overseer"))
    page = said(client)

    assert f"{theirs.name} and 2 others · {shop.name} and 1 other ·" in page
    assert f"{theirs.name} and 2 others · 1 that you do not see ·" in page
    assert not [one for one in (returns, fraud, secret) if one.name in page]
    client.force_login(make.agent("admin"))
    assert f"{theirs.name}, Returns, Fraud · {shop.name}, Secret shop ·" in said(client)


def test_what_holds_for_all_says_so(make: Make, client: Client) -> None:
    client.force_login(make.agent("overseer"))
    told: dict[str, Any] = {"environment": "live", "reason": "No power", "made_by": make.agent("admin")}
    Freeze.objects.create(name="Outage", starts_at=database_now(), **told)

    assert "every queue · every store · every promise" in said(client)
