"""A live customer writes to the store of their language, and those of its queue answer."""

from __future__ import annotations

from datetime import timedelta
from itertools import takewhile
from typing import Any, cast

import pytest
from pytest_django.fixtures import Settings

from helpdesk.access import api_keys
from helpdesk.demo import shop
from helpdesk.demo.client import ApiClient
from helpdesk.demo.driver import plan
from helpdesk.management.commands.demo import Driver
from helpdesk.models import Agent, ApiKey
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
