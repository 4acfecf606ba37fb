"""The demo's past is written once, whole, however often it is interrupted; one wipe removes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from helpdesk.demo import past, shop
from helpdesk.models import Customer, Message, Ticket, TicketEvent
from monitor.models import Clock, Flag, Standing
from monitor.promises import defaults
from monitor.relay import recount
from monitor.watch import sweep
from tests.make import NOW, Make

LATER = NOW + timedelta(hours=3)


@pytest.fixture
def demo(db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A demo whose stores sell little, written some tickets at a time."""
    settings.ATTEND_DEMO = settings.DEMO_IS_OPEN = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    defaults.ensure_defaults()
    shop.seed()
    little = {name: replace(trade, per_day=0.6) for name, trade in past.TRADES.items()}
    monkeypatch.setattr(past, "TRADES", little)
    monkeypatch.setattr(past, "AT_ONCE", 8)


def told() -> list[tuple[object, ...]]:
    return list(
        shop.tickets()
        .order_by("store", "external_id")
        .values_list("external_id", "subject", "occurred_at", "status")
    )


def test_the_past_is_history_and_never_rings(demo: None) -> None:
    written = past.write_past(now=NOW)

    assert written == Ticket.objects.count() > 50
    assert {ticket.store.name for ticket in shop.tickets()} == set(past.TRADES)
    assert not TicketEvent.objects.exclude(imported=True).exists()
    assert not TicketEvent.objects.waiting().exists()
    sweep.sweep(now=NOW + timedelta(days=9), limit=1000, noticed_by="test")
    assert not Flag.objects.exists()
    assert recount.check(list(Ticket.objects.values_list("pk", flat=True)), now=NOW) == []


def test_written_again_it_changes_nothing(demo: None) -> None:
    past.write_past(now=NOW)
    before = told()

    assert past.write_past(now=LATER) == 0
    assert told() == before


def test_what_a_kill_interrupted_is_finished_as_it_was_begun(
    demo: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    past.write_past(now=NOW)
    whole = told()
    shop.wipe(now=NOW)
    shop.start()

    with monkeypatch.context() as patch:
        _be_killed_after(3, patch)
        with pytest.raises(KeyboardInterrupt):
            past.write_past(now=NOW)
    assert 0 < len(told()) < len(whole)

    past.write_past(now=LATER)
    assert told() == whole


def _be_killed_after(batches: int, monkeypatch: pytest.MonkeyPatch) -> None:
    write, left = past._write, iter(range(batches))

    def until_killed(*args: object, **kwargs: object) -> bool:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return write(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(past, "_write", until_killed)


def test_the_last_orders_of_its_stores_are_known_by_language(demo: None) -> None:
    assert shop.last_orders() == {}

    past.write_past(now=NOW)
    highest = {
        language: max(int(one.order["id"]) for one in shop.tickets().filter(store__name=store) if one.order)
        for language, store in shop.STORES.items()
    }
    assert shop.last_orders() == highest


def test_a_demo_that_is_stopped_gets_no_past(demo: None) -> None:
    shop.stop(now=NOW)

    assert past.write_past(now=NOW) == 0
    assert not Ticket.objects.exists()


def test_a_wipe_removes_all_of_it_and_nothing_else(demo: None, make: Make) -> None:
    kept = make.ticket()
    past.write_past(now=NOW)
    there = shop.tickets().count()

    assert shop.wipe(now=LATER) == there
    assert shop.is_stopped()
    assert Ticket.objects.get() == kept
    assert Customer.objects.get() == kept.customer
    for model in (Message, TicketEvent, Clock, Standing):
        assert set(model._default_manager.values_list("ticket", flat=True)) == {kept.pk}


def test_a_wiped_demo_that_is_started_again_gets_a_past_of_its_own(demo: None) -> None:
    past.write_past(now=NOW)
    shop.wipe(now=NOW)
    shop.start()

    assert past.write_past(now=NOW + timedelta(days=3)) > 50
    latest = shop.tickets().order_by("-occurred_at")[0]
    assert NOW < latest.occurred_at < NOW + timedelta(days=3)
