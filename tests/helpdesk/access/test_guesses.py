"""Guessing at a door: so often within a window, for an account and from an address, whatever Redis says."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from helpdesk.access import guesses, logins
from helpdesk.access.guesses import GuessLimit, TooManyGuesses
from helpdesk.database.instant import database_now
from helpdesk.models import GuessCount, SecurityEvent
from tests.make import NOW, PASSWORD, Make

THREE = GuessLimit("trial", 3, timedelta(minutes=10))
WRONG = "not the right one"
OTHER_ADDRESS = "203.0.113.7"


def login(client: Client, email: str, password: str, page: str = "login", **named: Any) -> int:
    address = reverse(page)
    return client.post(address, {"username": email, "password": password}, **named).status_code


@pytest.fixture(autouse=True)
def quick_hashing(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


@pytest.fixture
def email(make: Make) -> str:
    agent = make.agent()
    agent.set_password(PASSWORD)
    agent.save()
    return agent.email


@pytest.mark.django_db
def test_a_window_begins_with_its_first_guess_and_ends() -> None:
    for minute in range(3):
        guesses.count(THREE, "x", now=NOW + timedelta(minutes=minute))
    with pytest.raises(TooManyGuesses) as refused:
        guesses.count(THREE, "x", now=NOW + timedelta(minutes=4))

    assert (refused.value.status, refused.value.retry_after) == (429, 360)
    guesses.count(THREE, "y", now=NOW + timedelta(minutes=4))
    guesses.count(THREE, "x", now=NOW + timedelta(minutes=10))


@pytest.mark.django_db
def test_who_was_right_has_not_guessed() -> None:
    for _ in range(20):
        guesses.count(THREE, "x", now=NOW)
        guesses.take_back(THREE, "x")

    guesses.refuse_if_spent(THREE, "x", now=NOW)


@pytest.mark.django_db
def test_whom_it_counts_is_not_kept_in_clear() -> None:
    guesses.count(THREE, "jon@example.com", now=NOW)

    assert "jon" not in str(GuessCount.objects.values().get())
    assert guesses.forget_oldest(now=NOW + timedelta(days=2)) == 1


def test_the_right_password_after_too_many_wrong_ones_opens_nothing(client: Client, email: str) -> None:
    said = [login(client, email, WRONG) for _ in range(25)]

    assert said == [200] * guesses.LOGIN_OF_ACCOUNT.most + [429] * (25 - guesses.LOGIN_OF_ACCOUNT.most)
    assert login(client, email, PASSWORD) == 429
    assert login(client, email, PASSWORD, REMOTE_ADDR=OTHER_ADDRESS) == 429
    assert "_auth_user_id" not in client.session


def test_the_administration_has_no_door_of_its_own(client: Client, make: Make) -> None:
    boss = make.agent("admin")
    answer = client.post(reverse("admin:login"), {"username": boss.email, "password": PASSWORD})

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("login"))
    assert "_auth_user_id" not in client.session


def test_who_is_in_guesses_at_their_old_password_as_at_the_login(
    client: Client, email: str, make: Make
) -> None:
    client.force_login(make.agent())
    new = {"oldpassword": WRONG, "password1": "seventeen blue herons", "password2": "seventeen blue herons"}
    said = [client.post(reverse("account_change_password"), new).status_code for _ in range(12)]

    assert said == [200] * 10 + [429] * 2


def test_links_for_a_password_are_counted(client: Client, email: str) -> None:
    ask = reverse("account_reset_password")
    said = [client.post(ask, {"email": email}).status_code for _ in range(7)]

    assert said == [302] * 5 + [429] * 2
    others = [client.post(ask, {"email": f"a{number}@example.com"}).status_code for number in range(20)]
    assert (others[0], others[-1]) == (302, 429)


def test_it_is_said_when_to_come_back(client: Client, email: str) -> None:
    for _ in range(10):
        login(client, email, WRONG)

    page = client.post(reverse("login"), {"username": email, "password": WRONG})

    assert 0 < int(page.headers["Retry-After"]) <= 900
    assert "Try again in 15 min" in page.content.decode()


def test_many_accounts_from_one_address_are_stopped_too(client: Client, email: str) -> None:
    said = {login(client, f"someone{number}@example.com", WRONG) for number in range(50)}

    assert said == {200}
    assert login(client, email, PASSWORD) == 429
    assert login(client, email, PASSWORD, REMOTE_ADDR=OTHER_ADDRESS) == 302


def test_an_ipv6_address_is_its_network(client: Client, email: str) -> None:
    for number in range(50):
        login(client, f"someone{number}@example.com", WRONG, REMOTE_ADDR=f"2001:db8:0:1::{number:x}")

    assert login(client, email, PASSWORD, REMOTE_ADDR="2001:db8:0:1:ffff::1") == 429
    assert login(client, email, PASSWORD, REMOTE_ADDR="2001:db8:0:2::1") == 302


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP"])
def test_a_header_is_no_address(client: Client, email: str, header: str) -> None:
    for number in range(50):
        login(client, f"a{number}@example.com", WRONG, headers={header: f"198.51.100.{number}"})

    assert login(client, email, PASSWORD, headers={header: "198.51.100.99"}) == 429


def test_who_logs_in_begins_anew(client: Client, email: str) -> None:
    for _ in range(9):
        login(client, email, WRONG)
    assert login(client, email, PASSWORD) == 302

    client.logout()
    assert [login(client, email, WRONG) for _ in range(10)] == [200] * 10


def test_a_silent_redis_opens_no_door(
    client: Client, email: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1"
    for _ in range(10):
        login(client, email, WRONG)

    assert login(client, email, PASSWORD) == 429


def test_an_email_in_any_case_is_one_account(client: Client, email: str) -> None:
    for number in range(10):
        login(client, email.upper() if number % 2 else f" {email} ", WRONG)

    assert login(client, email, PASSWORD) == 429


@pytest.fixture
def separate_connections(transactional_db: None) -> Iterator[None]:
    yield
    connections.close_all()


def test_many_at_once_gain_nothing(separate_connections: None) -> None:
    now = database_now()

    def guess(_: int) -> bool:
        try:
            guesses.count(THREE, "x", now=now)
        except TooManyGuesses:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as crowd:
        assert sum(crowd.map(guess, range(40))) == 3


def test_no_more_wait_for_their_turn_than_there_is_room_for(
    client: Client, email: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        def acquire(self, *, blocking: bool) -> bool:
            return False

    monkeypatch.setattr(logins, "ROOM", Full())

    assert login(client, email, PASSWORD) == 503


def test_wrong_keys_are_counted_and_a_right_one_is_let_in(client: Client, make: Make) -> None:
    _, right = make.key()
    wrong = right[:-4] + "0000"

    def ask(key: str, **named: Any) -> int:
        return client.get("/api/v1/tickets", headers={"Authorization": f"Bearer {key}"}, **named).status_code

    said = [ask(each) for each in [wrong, "att_live_nothing", ""] * 25]

    assert said == [401] * 60 + [429] * 15
    assert client.get("/api/v1/tickets").status_code == 401
    assert (ask(wrong), ask(right)) == (429, 200)
    assert ask(wrong, REMOTE_ADDR=OTHER_ADDRESS) == 401


def test_unknown_invitations_are_counted(client: Client, make: Make) -> None:
    said = [client.get(f"/invitations/guess{number}/").status_code for number in range(22)]

    assert said == [404] * 20 + [429] * 2


def test_the_log_tells_once_that_guessing_was_stopped(client: Client, email: str) -> None:
    for _ in range(25):
        login(client, email, WRONG)

    stopped = SecurityEvent.objects.filter(kind="guessing_stopped")
    assert [event.facts for event in stopped] == [{"what": "login of account"}]
    assert SecurityEvent.objects.filter(kind="login_failed").count() == 10
