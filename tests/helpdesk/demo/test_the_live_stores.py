"""A live customer writes to the store of their language, and those of its queue answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from itertools import takewhile
from threading import Thread
from typing import Any, cast

import pytest
from django.db import connection
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from helpdesk.access import api_keys
from helpdesk.demo import past, shop
from helpdesk.demo.client import ApiClient, ApiRefused
from helpdesk.demo.driver import plan
from helpdesk.management.commands.demo import Driver, _wait_until
from helpdesk.models import Agent, ApiKey, EventKind, Message, TicketEvent
from tests.make import NOW

LANGUAGES = {"en": shop.NAME, "ta": shop.MADURAI, "he": shop.HAIFA}


class StoreHeard:
    """Stands for a store's client, and keeps who wrote and who acted."""

    def __init__(self) -> None:
        self.locales: set[str] = set()
        self.people: set[str] = set()

    def send(self, method: str, path: str, body: dict[str, Any]) -> dict[str, str]:
        if path == "/tickets":
            self.locales.add(body["customer"]["locale"])
        else:
            self.people.add(body.get("assignee") or body.get("agent") or body["author"]["agent"])
        return {"reference": "T-1"}


@pytest.fixture
def seeded(db: None, settings: Settings) -> None:
    settings.ATTEND_DEMO = settings.DEMO_IS_OPEN = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    shop.seed()
    shop.seed()


@pytest.mark.usefixtures("seeded")
def test_each_store_has_one_key_of_its_own_that_follows_from_the_secret() -> None:
    keys = {shop.api_key(store) for store in LANGUAGES.values()}

    assert len(keys) == ApiKey.objects.count() == 3
    for key in ApiKey.objects.select_related("store"):
        _public_id, _, secret = shop.api_key(key.store.name).removeprefix("att_demo_").partition("_")
        assert bytes(key.digest) == api_keys.digest(secret)


@pytest.mark.usefixtures("seeded")
def test_each_language_goes_to_its_store_and_is_answered_by_its_queue() -> None:
    heard = {store: StoreHeard() for store in LANGUAGES.values()}
    driver = Driver(cast("dict[str, ApiClient]", heard))
    for step in takewhile(lambda step: step.at < NOW + timedelta(hours=2), plan(NOW)):
        driver._do(step, NOW)

    for language, store in LANGUAGES.items():
        members = Agent.objects.filter(memberships__queue__stores__name=store).values_list("email", flat=True)
        assert heard[store].locales == {language}
        assert heard[store].people == set(shop.staff_of(store)) <= set(members)


class Refusing:
    """Stands for a store's client whose every request is refused in one way."""

    def __init__(self, status: int) -> None:
        self._status = status

    def send(self, method: str, path: str, body: dict[str, Any]) -> dict[str, str]:
        raise ApiRefused(self._status, {"title": "No"})


@pytest.mark.usefixtures("seeded")
@pytest.mark.parametrize(("status", "goes_on"), [(404, False), (409, True), (429, True), (503, True)])
def test_a_plan_ends_where_its_tickets_are_gone_and_for_no_other_refusal(status: int, goes_on: bool) -> None:
    driver = Driver(cast("dict[str, ApiClient]", dict.fromkeys(LANGUAGES.values(), Refusing(status))))
    step = next(step for step in plan(NOW) if step.verb != "open")
    driver.references[step.number] = "T-1"

    assert driver._try(step, NOW) is goes_on


@pytest.mark.usefixtures("seeded")
def test_a_stopped_demo_does_not_even_what_it_is_behind_with() -> None:
    assert _wait_until(NOW)

    shop.stop(now=NOW)
    assert not _wait_until(NOW)


def _await(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("seeded")
def test_the_demo_is_at_work_through_the_api_until_it_is_stopped(
    live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "write_past", lambda *, now: 3)  # six weeks of it are written elsewhere
    driver = Driver({name: ApiClient(live_server.url, shop.api_key(name)) for name in LANGUAGES.values()})

    def run() -> None:
        driver.run()
        connection.close()

    at_work = Thread(target=run)
    at_work.start()
    _await(lambda: Message.objects.filter(author="customer").count() >= 2)
    _await(TicketEvent.objects.filter(kind=EventKind.ACKNOWLEDGED).exists)
    shop.stop(now=NOW)
    at_work.join(20)

    assert not at_work.is_alive()
    driver.run()  # it is stopped: nothing begins
