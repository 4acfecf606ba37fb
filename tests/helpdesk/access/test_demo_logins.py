"""The demo's logins and keys, which everybody knows, open nothing but an open demo."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from config.management.commands import prepare
from helpdesk.access.api_keys import admit
from helpdesk.demo import shop
from tests.make import PASSWORD, Make


@pytest.fixture
def seeded(db: None, settings: Settings) -> Settings:
    """A demo that was open once."""
    quick = "django.contrib.auth.hashers.MD5PasswordHasher"  # hashing is slow by design
    settings.PASSWORD_HASHERS = [quick, *settings.PASSWORD_HASHERS]
    settings.ATTEND_DEMO = settings.DEMO_IS_OPEN = True
    shop.seed()
    return settings


def logs_in(client: Client, email: str, password: str = shop.PASSWORD) -> bool:
    client.logout()
    return client.login(username=email, password=password)


@pytest.mark.parametrize("email", [shop.AGENT, shop.SUPERVISOR, shop.ADMIN])
def test_a_known_login_is_good_in_an_open_demo_only(seeded: Settings, client: Client, email: str) -> None:
    assert logs_in(client, email)

    seeded.DEMO_IS_OPEN = False
    assert not logs_in(client, email)


def test_a_session_of_the_demo_ends_with_the_demo(seeded: Settings, client: Client) -> None:
    logs_in(client, shop.ADMIN)
    assert client.get(reverse("preferences")).status_code == 200

    seeded.DEMO_IS_OPEN = False
    assert client.get(reverse("preferences")).status_code == 302
    assert client.get("/admin/").status_code == 302


def test_a_key_of_the_demo_is_good_in_an_open_demo_only(seeded: Settings, client: Client) -> None:
    key = {"Authorization": f"Bearer {shop.api_key()}"}
    assert client.get("/api/v1/tickets", headers=key).status_code == 200

    seeded.DEMO_IS_OPEN = False
    assert admit(shop.api_key()) is None
    assert client.get("/api/v1/tickets", headers=key).status_code == 401


def test_everybody_else_still_gets_in(seeded: Settings, client: Client, make: Make) -> None:
    seeded.DEMO_IS_OPEN = False
    make.agent("owner")
    _, raw = make.key()

    assert logs_in(client, "owner@example.com", PASSWORD)
    assert admit(raw) is not None


def test_a_demo_that_others_could_reach_is_refused(settings: Settings) -> None:
    settings.ATTEND_DEMO, settings.ON_LOOPBACK = True, False

    with pytest.raises(CommandError, match="known to all"):
        prepare.refuse_open_demo()


def test_the_start_says_that_an_old_demo_opens_nothing(
    seeded: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeded.ATTEND_DEMO = seeded.DEMO_IS_OPEN = False
    monkeypatch.setattr(prepare, "collect_static", lambda root: None)
    said = StringIO()

    call_command("prepare", stdout=said)

    assert prepare.DEMO_IS_SHUT in said.getvalue()
    assert shop.PASSWORD not in said.getvalue()
