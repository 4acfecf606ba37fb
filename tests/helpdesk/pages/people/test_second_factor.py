"""A second factor at the login, and asking again before what is grave."""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from helpdesk.access import second_factor
from helpdesk.models import Agent, ApiKey, SecurityEvent
from helpdesk.models import SecurityEventKind as Kind
from tests.make import PASSWORD, Make

pytestmark = pytest.mark.django_db


def code_of(secret: str) -> str:
    """Return the code that an app shows now."""
    return str(auth.format_hotp_value(auth.hotp_value(secret, int(time.time()) // 30)))


def begin(client: Client) -> str:
    """Begin a second factor on the pages, and return its secret."""
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'<code dir="ltr">([A-Z2-7]+)</code>', page)
    assert secret
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret[1])})
    assert answer.status_code == 302
    return secret[1]


def log_in(client: Client, agent: Agent) -> str:
    """Give the password, and return where that leads."""
    answer = client.post(reverse("login"), {"username": agent.email, "password": PASSWORD})
    return str(answer.headers.get("Location", ""))


@pytest.fixture
def owner(make: Make, client: Client) -> Agent:
    agent = make.agent("owner")
    client.force_login(agent)
    return agent


def test_after_the_password_a_code_is_asked_for(client: Client, owner: Agent) -> None:
    secret = begin(client)
    assert SecurityEvent.objects.filter(kind=Kind.SECOND_FACTOR_GIVEN, actor_id=owner.pk).exists()
    elsewhere = Client()
    assert log_in(elsewhere, owner) == reverse("mfa_authenticate")
    assert elsewhere.get(reverse("queue")).status_code == 302

    wrong = elsewhere.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "This is not the code of this moment" in wrong.content.decode()
    right = elsewhere.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert right.headers["Location"] == reverse("queue")
    assert elsewhere.get(reverse("queue")).status_code == 200


def test_a_code_that_was_kept_lets_one_in_once(client: Client, owner: Agent) -> None:
    begin(client)
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    kept = re.findall(r"<li><code>(\d+)</code>", page)
    assert len(kept) == 10
    for expected in (302, 200):
        elsewhere = Client()
        log_in(elsewhere, owner)
        assert elsewhere.post(reverse("mfa_authenticate"), {"code": kept[0]}).status_code == expected


def test_a_code_of_the_app_lets_one_in_once_and_redis_has_no_say_in_it(
    client: Client, owner: Agent, settings: Settings
) -> None:
    assert "redis" not in str(settings.CACHES).lower()  # where allauth marks what was used
    code = code_of(begin(client))
    for expected in (302, 200):
        elsewhere = Client()
        log_in(elsewhere, owner)
        assert elsewhere.post(reverse("mfa_authenticate"), {"code": code}).status_code == expected


def test_codes_are_guessed_at_as_seldom_as_passwords(client: Client, owner: Agent) -> None:
    secret = begin(client)
    elsewhere = Client()
    log_in(elsewhere, owner)
    answers = [elsewhere.post(reverse("mfa_authenticate"), {"code": f"{n:06}"}) for n in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    again = Client()
    log_in(again, owner)
    assert again.post(reverse("mfa_authenticate"), {"code": code_of(secret)}).status_code == 429


def test_secrets_lie_closed_and_are_closed_anew_under_another_key(
    client: Client, owner: Agent, settings: Settings
) -> None:
    secret = begin(client)
    kept = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    assert secret not in str(kept.data)
    settings.KEY_RING = ["another key of thirty-two letters or more", *settings.KEY_RING]
    call_command("reseal")
    settings.KEY_RING = settings.KEY_RING[:1]
    elsewhere = Client()
    log_in(elsewhere, owner)
    answer = elsewhere.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert answer.status_code == 302


def test_it_is_ended_where_it_is_not_required(client: Client, owner: Agent, settings: Settings) -> None:
    begin(client)
    settings.SECOND_FACTOR_OF = "everybody"
    client.post(reverse("mfa_deactivate_totp"))
    assert second_factor.has_one(owner)
    settings.SECOND_FACTOR_OF = "admins"
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists()
    assert log_in(Client(), owner) == reverse("queue")


@pytest.mark.parametrize(
    ("required", "of"),
    [("nobody", set()), ("admins", {"admin"}), ("overseers", {"admin", "overseer"}),
     ("everybody", {"admin", "overseer", "owner"})],
)  # fmt: skip
def test_of_whom_it_is_required(make: Make, settings: Settings, required: str, of: set[str]) -> None:
    settings.SECOND_FACTOR_OF = required
    found = {who for who in ("admin", "overseer", "owner") if second_factor.is_required_of(make.agent(who))}
    assert found == of
    assert not second_factor.is_required_of(make.agent("everybody's", is_demo=True))


def test_whoever_needs_one_is_led_to_where_it_is_begun(
    client: Client, owner: Agent, settings: Settings
) -> None:
    settings.SECOND_FACTOR_OF = "everybody"
    for name in ("queue", "tickets", "preferences"):
        assert client.get(reverse(name)).headers["Location"] == reverse("mfa_index")
    assert client.post(reverse("next-ticket")).headers["Location"] == reverse("mfa_index")
    assert "It is required of you here" in client.get(reverse("mfa_index")).content.decode()
    begin(client)
    assert client.get(reverse("queue")).status_code == 200


def test_an_admin_takes_it_from_somebody_who_has_lost_it(client: Client, make: Make, owner: Agent) -> None:
    begin(client)
    client.force_login(make.agent("overseer"))
    client.post(reverse("person-second-factor", args=[owner.pk]))
    assert second_factor.has_one(owner)
    client.force_login(make.agent("admin"))
    page = client.post(reverse("person-second-factor", args=[owner.pk]), follow=True).content.decode()
    assert "logs in by their password alone" in page
    assert not Authenticator.objects.exists()
    assert SecurityEvent.objects.filter(kind=Kind.SECOND_FACTOR_TAKEN).exists()


def old_login(client: Client, agent: Agent) -> None:
    client.force_login(agent)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - 3600}]
    session.save()


def test_an_old_login_is_asked_again_before_a_key_and_then_it_goes_on(client: Client, make: Make) -> None:
    store = make.store()
    old_login(client, make.agent("admin"))
    asked = client.post(reverse("store-keys", args=[store.pk]), {"scopes": ["read"]})
    assert asked.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert not ApiKey.objects.exists()
    wrong = client.post(asked.headers["Location"], {"password": "not it"})
    assert "This is not your password." in wrong.content.decode()
    assert not ApiKey.objects.exists()
    client.post(asked.headers["Location"], {"password": PASSWORD})
    assert ApiKey.objects.count() == 1


def test_an_old_login_is_asked_again_before_a_role_or_an_export(client: Client, make: Make) -> None:
    owner = make.agent("owner")
    old_login(client, make.agent("admin"))
    for answer in (
        client.post(reverse("person-place", args=[owner.pk]), {"queue": make.queue().pk, "role": "overseer"}),
        client.post(reverse("person-administration", args=[owner.pk]), {"admin": "yes"}),
        client.get(reverse("board-tickets")),
        client.get(reverse("deliveries-csv")),
    ):
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))
    owner.refresh_from_db()
    assert not owner.is_admin
