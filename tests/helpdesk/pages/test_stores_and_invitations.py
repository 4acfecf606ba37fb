"""Stores, keys and invitations on pages: for admins, and what is shown once is shown once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from helpdesk.access import api_keys
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, ApiKey, Environment, Invitation, Membership, Queue, Role, Store
from helpdesk.pages.frame import shown_once
from tests.make import Make

STORE = {
    "name": "Bright Lamps",
    "environment": Environment.TEST,
    "queue_name": "Lamps",
    "locale": "en",
    "timezone": "Asia/Kolkata",
}


@pytest.fixture
def admin(make: Make, client: Client) -> Agent:
    agent = make.agent("admin")
    client.force_login(agent)
    return agent


def invitation_link(client: Client, make: Make, email: str = "new@example.com") -> str:
    fields = {"email": email, "queue": make.queue().pk, "role": Role.OVERSEER}
    page = client.post(reverse("invitations"), fields, follow=True).content.decode()
    found = re.search(rf'value="{re.escape(settings.PUBLIC_URL)}(/invitations/[^"]+)"', page)
    assert found
    return found[1]


def test_only_an_admin_reaches_stores_and_keys_and_no_member_invites(client: Client, make: Make) -> None:
    store = make.store()
    key, _raw = make.key(store=store)
    for who in ("owner", "overseer", "outsider"):
        client.force_login(make.agent(who))
        assert client.get(reverse("stores")).status_code == 403
        assert client.post(reverse("stores"), STORE).status_code == 403
        assert client.post(reverse("store-keys", args=[store.pk])).status_code == 403
        assert client.post(reverse("key-revocation", args=[key.public_id])).status_code == 403
        invites = 200 if who == "overseer" else 403
        assert client.get(reverse("invitations")).status_code == invites
    assert (Store.objects.count(), ApiKey.objects.valid().count()) == (1, 1)


def test_a_store_is_added_with_a_new_queue_or_an_old_one(client: Client, admin: Agent) -> None:
    for name in ("Bright Lamps", "Dim Lamps"):
        assert client.post(reverse("stores"), STORE | {"name": name}).status_code == 302
    assert [store.default_queue.name for store in Store.objects.all()] == ["Lamps", "Lamps"]
    assert Queue.objects.count() == 1


@pytest.mark.parametrize(
    "wrong", [{"environment": "moon"}, {"name": ""}, {"queue_name": " "}, {"timezone": "Mars"}]
)
def test_what_makes_no_store_is_said_on_the_form(client: Client, admin: Agent, wrong: dict[str, str]) -> None:
    page = client.post(reverse("stores"), STORE | wrong)
    assert (page.status_code, Store.objects.count()) == (422, 0)
    assert 'aria-invalid="true"' in page.content.decode()


def test_a_key_is_shown_once_and_works(client: Client, admin: Agent, make: Make) -> None:
    store = make.store()
    address = reverse("store-keys", args=[store.pk])
    page = client.post(address, {"scopes": ["read", "write"]}, follow=True)
    raw = re.search(r'value="(att_live_\w+)"', page.content.decode())

    assert raw
    assert "no-store" in page.headers["Cache-Control"]
    found = api_keys.admit(raw[1])
    assert found is not None
    assert found.key.scopes == ["read", "write"]
    assert raw[1] not in client.get(reverse("stores")).content.decode()


def test_a_reload_of_the_page_with_the_new_key_makes_no_other(
    client: Client, admin: Agent, make: Make
) -> None:
    answer = client.post(reverse("store-keys", args=[make.store().pk]), {"scopes": ["read"]})
    assert answer.status_code == 302
    for _ in range(3):
        client.get(answer.headers["Location"])
    assert ApiKey.objects.count() == 1


def test_a_new_key_is_shown_to_whom_it_was_issued_alone(client: Client, admin: Agent, make: Make) -> None:
    client.post(reverse("store-keys", args=[make.store().pk]), {"scopes": ["read"]})
    cookie = client.cookies[shown_once.COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["max-age"]) == (
        True,
        "Strict",
        reverse("stores"),
        60,
    )
    second = make.agent("second")
    Agent.objects.filter(pk=second.pk).update(is_admin=True)
    client.force_login(second)
    assert "att_live_" not in re.sub(r"att_live_\w+_…", "", client.get(reverse("stores")).content.decode())


def test_a_third_key_is_refused_in_words_until_one_is_revoked(
    client: Client, admin: Agent, make: Make
) -> None:
    address = reverse("store-keys", args=[make.store().pk])
    for _ in range(2):
        client.post(address, {"scopes": ["read"]})
    assert address not in client.get(reverse("stores")).content.decode()
    assert "two keys already" in client.post(address, {"scopes": ["read"]}, follow=True).content.decode()

    client.post(reverse("key-revocation", args=[ApiKey.objects.valid()[0].public_id]))
    assert ApiKey.objects.valid().count() == 1
    client.post(address, {"scopes": ["read"]})
    assert ApiKey.objects.valid().count() == 2


def test_a_key_that_may_do_nothing_is_refused(client: Client, admin: Agent, make: Make) -> None:
    page = client.post(reverse("store-keys", args=[make.store().pk]), {"scopes": ["moon"]}, follow=True)
    assert "one or more of the known scopes" in page.content.decode()
    assert not ApiKey.objects.exists()


def test_a_link_leads_where_people_are_however_the_page_was_reached(
    client: Client, admin: Agent, make: Make, settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://help.example.com:8443"
    given = {"email": "new@example.com", "queue": make.queue().pk, "role": "member"}
    answer = client.post(reverse("invitations"), given, follow=True, headers={"host": "localhost:8000"})

    assert "https://help.example.com:8443/invitations/" in answer.content.decode()


def test_an_agent_invited_by_link_comes_in_once(client: Client, admin: Agent, make: Make) -> None:
    link = invitation_link(client, make)
    assert link not in client.get(reverse("invitations")).content.decode()

    guest = Client()
    assert "new@example.com" in guest.get(link).content.decode()
    answer = guest.post(link, {"name": "Newcomer", "password": "a quiet harbour at dawn"})
    assert answer.headers["Location"] == "/"
    member = Membership.objects.get(agent__email="new@example.com")
    assert (member.agent.name, member.role, member.queue) == ("Newcomer", Role.OVERSEER, make.queue())
    assert guest.get(reverse("tickets")).status_code == 200

    assert Client().get(link).status_code == 404


def test_a_reload_of_the_page_with_the_new_link_makes_no_other(
    client: Client, admin: Agent, make: Make
) -> None:
    given = {"email": "new@example.com", "queue": make.queue().pk, "role": Role.MEMBER}
    answer = client.post(reverse("invitations"), given)
    assert answer.status_code == 302

    pages = [client.get(answer.headers["Location"]).content.decode() for _ in range(3)]
    assert ["The link for" in page for page in pages] == [True, False, False]
    assert Invitation.objects.unanswered().count() == Invitation.objects.count() == 1


def test_a_link_that_was_revoked_before_it_was_shown_is_not_shown(
    client: Client, admin: Agent, make: Make
) -> None:
    given = {"email": "new@example.com", "queue": make.queue().pk, "role": Role.MEMBER}
    client.post(reverse("invitations"), given)
    client.post(reverse("invitation-revocation", args=[Invitation.objects.get().pk]))

    assert "The link for" not in client.get(reverse("invitations")).content.decode()


def test_a_weak_password_is_refused_beside_its_field(client: Client, admin: Agent, make: Make) -> None:
    link = invitation_link(client, make)
    page = Client().post(link, {"name": "Newcomer", "password": "12345"})
    assert page.status_code == 422
    assert page.context["form"].errors["password"]
    assert not Agent.objects.filter(email="new@example.com").exists()


def test_the_link_alone_never_logs_anybody_in_to_a_login_that_exists(
    client: Client, admin: Agent, make: Make
) -> None:
    make.agent("outsider")
    link = invitation_link(client, make, "outsider@example.com")

    stranger = Client()
    assert stranger.post(link).status_code == 302
    assert stranger.get(reverse("tickets")).status_code == 302
    assert Membership.objects.filter(agent__email="outsider@example.com", queue=make.queue()).exists()


def test_a_link_is_revoked_and_gone_from_the_page(client: Client, admin: Agent, make: Make) -> None:
    link = invitation_link(client, make)
    revocation = reverse("invitation-revocation", args=[Invitation.objects.get().pk])
    assert revocation in client.get(reverse("invitations")).content.decode()

    assert client.post(revocation).status_code == 302

    assert not client.get(reverse("invitations")).context["open"].exists()
    assert Client().get(link).status_code == 404
    for who in ("owner", "outsider"):
        client.force_login(make.agent(who))
        assert client.post(revocation).status_code == 403


def test_an_overseer_invites_into_their_own_queues_alone(client: Client, make: Make) -> None:
    elsewhere = make.queue("Elsewhere")
    overseer = make.agent("overseer")
    client.force_login(overseer)
    assert invitation_link(client, make)
    foreign = {"email": "new@example.com", "queue": elsewhere.pk, "role": Role.MEMBER}
    assert client.post(reverse("invitations"), foreign).status_code == 422
    theirs = Invitation.objects.create(
        digest=b"x", email="other@example.com", queue=elsewhere, role=Role.MEMBER,
        invited_by=overseer, expires_at=database_now() + timedelta(days=1),
    )  # fmt: skip
    assert "other@example.com" not in client.get(reverse("invitations")).content.decode()
    assert client.post(reverse("invitation-revocation", args=[theirs.pk])).status_code == 404
    assert Invitation.objects.unanswered().count() == 2


def test_an_unknown_or_old_link_is_explained(client: Client, admin: Agent, make: Make) -> None:
    link = invitation_link(client, make)
    Invitation.objects.update(expires_at=database_now())
    for address in (link, "/invitations/nonsense/"):
        page = Client().get(address)
        assert page.status_code == 404
        assert "Ask for a new one." in page.content.decode()
