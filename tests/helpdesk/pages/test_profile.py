"""All that one settles about oneself stands on one page, and where it stood before leads there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.database.instant import database_now
from helpdesk.models import Absence, Agent
from tests.make import PASSWORD, Make

pytestmark = pytest.mark.django_db

PROFILE = reverse("preferences")
CHANGE = {"oldpassword": PASSWORD, "password1": "seventeen blue herons", "password2": "seventeen blue herons"}


@pytest.fixture
def owner(client: Client, make: Make) -> Agent:
    agent = make.agent("owner")
    client.post(reverse("login"), {"username": agent.email, "password": PASSWORD})
    return agent


def shown(client: Client) -> str:
    answer = client.get(PROFILE)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_every_part_of_it_is_there(client: Client, owner: Agent) -> None:
    page = shown(client)

    for heading in ("Preferences", "Away", "Password", "Second factor", "Where you are logged in"):
        assert f">{heading}</h2>" in page
    assert "Your password alone lets you in." in page
    assert '<span class="tag">here</span>' in page
    assert "Log out everywhere else" not in page


def test_a_new_language_is_that_of_the_answer_too(client: Client, owner: Agent) -> None:
    told = {"name": "Owner", "locale": "he", "timezone": "UTC", "theme": "auto", "after_sending": "stay"}
    answer = client.post(PROFILE, told, follow=True).content.decode()

    assert ">נשמר.<" in answer
    assert "Saved." not in answer


def test_it_says_until_when_one_is_away(client: Client, owner: Agent) -> None:
    assert "You are here." in shown(client)
    now = database_now()
    Absence.objects.create(agent=owner, since=now, until=now + timedelta(days=2), said_by=owner)

    assert "Away until" in shown(client)


@pytest.mark.parametrize(("name", "part"), [
    ("account_change_password", "password"), ("usersessions_list", "sessions"),
])  # fmt: skip
def test_where_a_part_stood_before_leads_to_it(client: Client, owner: Agent, name: str, part: str) -> None:
    assert client.get(reverse(name)).headers["Location"] == f"{PROFILE}#{part}"
    assert f'id="{part}"' in shown(client)


def test_a_password_that_is_refused_is_told_there_and_changes_nothing_else(
    client: Client, owner: Agent
) -> None:
    page = client.post(reverse("account_change_password"), CHANGE | {"oldpassword": "guess"}).content.decode()

    assert "This is not your password." in page
    assert ">Where you are logged in</h2>" in page
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


def test_what_is_wrong_with_a_preference_is_told_there_and_the_rest_stays_as_typed(
    client: Client, owner: Agent
) -> None:
    typed = {
        "name": "", "locale": "he", "timezone": "Asia/Jerusalem", "theme": "dark", "hold_seconds": "30",
        "after_sending": "next",
    }  # fmt: skip
    answer = client.post(PROFILE, typed)

    page = answer.content.decode()
    assert answer.status_code == 422
    for value in ("he", "Asia/Jerusalem", "dark", "30", "next"):
        assert f'<option value="{value}" selected>' in page
    owner.refresh_from_db()
    assert (owner.name, owner.hold_seconds) == ("Owner", None)


def test_one_is_logged_out_everywhere_else_from_there(client: Client, owner: Agent) -> None:
    elsewhere = Client()
    elsewhere.post(reverse("login"), {"username": owner.email, "password": PASSWORD})
    assert "Log out everywhere else" in shown(client)

    answer = client.post(reverse("usersessions_list"))

    assert answer.headers["Location"] == f"{PROFILE}#sessions"
    assert "You are logged in here alone." in shown(client)
    assert elsewhere.get(PROFILE).status_code == 302


def test_a_deactivated_agent_has_none(client: Client, owner: Agent) -> None:
    Agent.objects.filter(pk=owner.pk).update(is_active=False)

    assert client.get(PROFILE).status_code == 302
    assert client.post(PROFILE, {"name": "Eve"}).status_code == 302
