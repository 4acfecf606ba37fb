"""Django's admin shows what was measured and published, and lets nobody edit or delete it."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from helpdesk.models import TicketEvent
from monitor.models import CalendarVersion, Clock, Flag, PolicyVersion
from monitor.watch import sweep
from tests.make import NOW, Make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", [m for m in admin.site._registry if m._meta.app_label == "monitor"])
def test_every_list_and_every_page_can_be_seen(make: Make, boss: Client, model: type[Clock]) -> None:
    make.ticket()
    sweep.sweep(now=NOW.replace(year=2027), limit=10, noticed_by="test")
    name = f"admin:monitor_{model._meta.model_name}"

    assert boss.get(reverse(f"{name}_changelist")).status_code == 200
    for pk in model.objects.values_list("pk", flat=True)[:1]:
        assert boss.get(reverse(f"{name}_change", args=[pk])).status_code == 200
        assert boss.post(reverse(f"{name}_delete", args=[pk]), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", [Clock, Flag, PolicyVersion, CalendarVersion])
def test_what_was_measured_or_published_is_never_edited(make: Make, boss: Client, model: type[Clock]) -> None:
    make.ticket(occurred_at=NOW.replace(hour=9))
    pk = model.objects.values_list("pk", flat=True)[0]

    address = reverse(f"admin:monitor_{model._meta.model_name}_change", args=[pk])
    assert boss.post(address, {"version": 7}).status_code == 403


def test_an_event_that_was_set_aside_waits_again(make: Make, boss: Client) -> None:
    make.ticket()
    TicketEvent.objects.update(relayed_at=None, set_aside_at=NOW, failures=5)
    address = reverse("admin:helpdesk_ticketevent_changelist")
    assert b"T-" in boss.get(address, {"set_aside": "yes"}).content
    chosen = {"action": "retry", "_selected_action": TicketEvent.objects.get().pk}

    answer = boss.post(address, chosen, follow=True)

    assert "1 event waits again." in answer.content.decode()
    assert TicketEvent.objects.waiting().get().failures == 0
