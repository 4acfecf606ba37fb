"""The security log: what is done to doors and rights leaves a line, which nobody edits."""

from __future__ import annotations

import getpass
import os
import pwd
from contextlib import suppress
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from helpdesk.access import security_log
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, ApiKey, Invitation, Membership, SecurityEvent, SecurityEventKind
from tests import figures
from tests.make import PASSWORD, Make

LOGIN = pwd.getpwuid(os.getuid()).pw_name


@pytest.fixture
def admin(make: Make, client: Client) -> Agent:
    agent = make.agent("admin")
    client.force_login(agent)
    return agent


def last() -> SecurityEvent:
    event = SecurityEvent.objects.order_by("-id").first()
    assert event
    return event


def told(event: SecurityEvent) -> tuple[str, int | None, dict[str, Any]]:
    return event.kind, event.actor_id, event.facts


def test_a_line_is_never_edited_and_kept_for_a_year(make: Make) -> None:
    security_log.record(SecurityEventKind.EXPORTED, actor=make.agent(), what="board")

    for act in (
        lambda: SecurityEvent.objects.update(kind="logged_in"),
        lambda: SecurityEvent.objects.update(actor=None),
        lambda: SecurityEvent.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
    assert SecurityEvent.objects.count() == 1


def test_after_that_it_is_forgotten(db: None) -> None:
    now = database_now()
    SecurityEvent.objects.create(kind="exported", at=now - timedelta(days=370))
    SecurityEvent.objects.create(kind="exported", at=now - timedelta(days=300))

    assert security_log.forget_oldest(now=now) == 1


def test_logins_and_failed_ones(client: Client, make: Make) -> None:
    boss = make.agent("admin")
    for password in ("wrong", PASSWORD):
        client.post(
            reverse("login"), {"username": boss.email, "password": password}, REMOTE_ADDR="203.0.113.9"
        )

    failed, came = SecurityEvent.objects.order_by("id")
    assert told(failed) == ("login_failed", None, {"agent": boss.pk})
    assert told(came) == ("logged_in", boss.pk, {})
    assert {failed.address, came.address} == {"203.0.113.9"}


def test_what_was_typed_in_a_failed_login_is_not_kept(client: Client, db: None) -> None:
    client.post(reverse("login"), {"username": "not.jon@example.com", "password": "hunter2"})

    assert told(last()) == ("login_failed", None, {"agent": None})


@pytest.mark.parametrize("page", ["logout", "admin:logout"])
def test_leaving_is_noted_and_clears_what_the_browser_has_fetched(
    client: Client, admin: Agent, page: str
) -> None:
    answer = client.post(reverse(page))

    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert told(last()) == ("logged_out", admin.pk, {})
    assert client.get(reverse("tickets")).status_code == 302


def test_keys(client: Client, admin: Agent, make: Make) -> None:
    store = make.store()
    client.post(reverse("store-keys", args=[store.pk]), {"scopes": ["read"]})
    key = ApiKey.objects.get()
    issued = {"store": store.pk, "key": key.public_id}
    assert told(last()) == ("key_issued", admin.pk, issued | {"scopes": ["read"]})

    client.post(reverse("key-revocation", args=[key.public_id]))
    client.post(reverse("key-revocation", args=[key.public_id]))
    assert told(last()) == ("key_revoked", admin.pk, issued)
    assert SecurityEvent.objects.filter(kind="key_revoked").count() == 1


def test_a_key_revoked_in_the_administration(client: Client, admin: Agent, make: Make) -> None:
    key, _ = make.key()
    chosen = {"action": "revoke", "_selected_action": [key.pk]}
    client.post(reverse("admin:helpdesk_apikey_changelist"), chosen)

    assert (last().kind, last().actor) == ("key_revoked", admin)


def test_invitations(client: Client, admin: Agent, make: Make) -> None:
    fields = {"email": "new@example.com", "queue": make.queue().pk, "role": "overseer"}
    client.post(reverse("invitations"), fields)
    facts = {"invitation": Invitation.objects.get().pk, "queue": make.queue().pk, "role": "overseer"}
    assert told(last()) == ("invitation_made", admin.pk, facts)

    client.post(reverse("invitation-revocation", args=[facts["invitation"]]))
    assert told(last()) == ("invitation_revoked", admin.pk, facts)


def test_rights_and_roles_given_in_the_administration(client: Client, admin: Agent, make: Make) -> None:
    agent, queue = make.agent(), make.queue("Returns")
    place = Membership.objects.get(agent=agent)
    form = {
        "email": agent.email, "name": agent.name, "locale": "en", "timezone": "UTC", "theme": "auto", "is_active": "on",
        "is_admin": "on", "hot_keys": "on",
        "memberships-TOTAL_FORMS": "2", "memberships-INITIAL_FORMS": "1",
        "memberships-0-id": place.pk, "memberships-0-agent": agent.pk, "memberships-0-queue": place.queue_id,
        "memberships-0-role": "member", "memberships-0-DELETE": "on",
        "memberships-1-agent": agent.pk, "memberships-1-queue": queue.pk, "memberships-1-role": "overseer",
    }  # fmt: skip
    client.post(reverse("admin:helpdesk_agent_change", args=[agent.pk]), form)

    rights, given, taken = SecurityEvent.objects.order_by("id")
    changed = {"agent": agent.pk, "admin": True, "active": True, "fields": ["is_admin"]}
    assert told(rights) == ("rights_changed", admin.pk, changed)
    assert told(given) == ("role_given", admin.pk, {"agent": agent.pk, "queue": queue.pk, "role": "overseer"})
    assert told(taken) == (
        "role_taken",
        admin.pk,
        {"agent": agent.pk, "queue": place.queue_id, "role": "member"},
    )


def test_a_password_that_an_admin_sets(client: Client, admin: Agent, make: Make) -> None:
    agent = make.agent()
    new = {
        "password1": "seventeen blue herons",
        "password2": "seventeen blue herons",
        "usable_password": "true",
    }
    client.post(reverse("admin:auth_user_password_change", args=[agent.pk]), new)

    agent.refresh_from_db()
    assert agent.check_password("seventeen blue herons")
    assert told(last()) == ("password_changed", admin.pk, {"agent": agent.pk})


def test_a_store_that_is_changed(client: Client, admin: Agent, make: Make) -> None:
    store = make.store()
    fields = {
        "name": "Renamed", "default_queue": store.default_queue_id, "locale": "en", "timezone": "UTC",
        "webhook_secret": store.webhook_secret, "initial-webhook_secret": store.webhook_secret,
    }  # fmt: skip
    client.post(reverse("admin:helpdesk_store_change", args=[store.pk]), fields)

    facts = {"what": "store", "number": store.pk, "fields": ["name"]}
    assert told(last()) == ("set_up_changed", admin.pk, facts)


def test_a_file_that_leaves(client: Client, admin: Agent) -> None:
    figures.begin()
    assert client.get(reverse("board-days")).status_code == 200

    assert told(last()) == ("exported", admin.pk, {"what": "board-days"})


def test_a_file_of_which_the_head_alone_is_asked_for_does_not_leave(client: Client, admin: Agent) -> None:
    figures.begin()
    assert client.head(reverse("board-days")).status_code == 200

    assert not SecurityEvent.objects.filter(kind="exported").exists()


def test_a_backup(transactional_db: None, tmp_path: Path) -> None:
    call_command("backup", str(tmp_path / "it"), stdout=StringIO())

    assert told(last()) == ("exported", None, {"what": "backup", "user": LOGIN})


def test_an_admin_made_on_the_server(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "seventeen blue herons")
    who = {"email": "Boss@example.com", "name": "Boss"}
    call_command("createsuperuser", interactive=False, stdout=StringIO(), **who)

    boss = Agent.objects.get(email="boss@example.com")
    made = {"agent": boss.pk, "admin": True, "active": True, "what": "createsuperuser", "user": LOGIN}
    assert told(last()) == ("rights_changed", None, made)


def test_an_admin_who_could_not_be_made_leaves_no_line(admin: Agent) -> None:
    with pytest.raises(CommandError):
        call_command("createsuperuser", interactive=False, email=admin.email, name="Twin", stdout=StringIO())

    assert not SecurityEvent.objects.filter(kind="rights_changed").exists()


@pytest.mark.parametrize("typed", [["seventeen blue herons"] * 2, ["one", "two"] * 3])
def test_a_password_set_on_the_server(make: Make, monkeypatch: pytest.MonkeyPatch, typed: list[str]) -> None:
    agent, answers = make.agent(), iter(typed)
    monkeypatch.setattr(getpass, "getpass", lambda prompt: next(answers))
    with suppress(CommandError):
        call_command("changepassword", agent.email, stdout=StringIO())

    agent.refresh_from_db()
    lines = [told(event) for event in SecurityEvent.objects.all()]
    if agent.check_password("seventeen blue herons"):
        facts = {"agent": agent.pk, "what": "changepassword", "user": LOGIN}
        assert lines == [("password_changed", None, facts)]
    else:
        assert lines == []


def test_a_customer_and_an_agent_who_are_erased(make: Make) -> None:
    ticket, owner = make.ticket(), make.agent()

    call_command("erase", customer=ticket.customer_id, stdout=StringIO())
    erased = {"customer": ticket.customer_id, "store": ticket.store_id, "what": "erase", "user": LOGIN}
    assert told(last()) == ("customer_erased", None, erased)

    call_command("erase", agent=owner.email, stdout=StringIO())
    facts = {"agent": owner.pk, "admin": False, "active": False, "fields": ["anonymous"]}
    assert told(last()) == ("rights_changed", None, {**facts, "what": "erase", "user": LOGIN})


def test_nobody_erased_leaves_no_line(db: None) -> None:
    with pytest.raises(CommandError):
        call_command("erase", customer=0, stdout=StringIO())

    assert not SecurityEvent.objects.exists()


def test_a_database_that_is_held_and_released_at_the_server(db: None) -> None:
    for command, fields in (("hold", ["held"]), ("release", ["released"])):
        call_command(command, stdout=StringIO())
        facts = {"what": "hold", "fields": fields, "user": LOGIN}
        assert told(last()) == ("set_up_changed", None, facts)
    call_command("release", stdout=StringIO())
    assert SecurityEvent.objects.count() == 2


def test_the_page_tells_who_did_it_at_the_server(client: Client, admin: Agent, make: Make) -> None:
    customer = make.ticket().customer
    call_command("erase", customer=customer.pk, stdout=StringIO())

    page = client.get(reverse("security")).content.decode()

    assert "customer erased" in page
    assert f"at the server, as <bdi>{LOGIN}</bdi>" in page


def test_a_switch_of_environment(client: Client, admin: Agent, make: Make) -> None:
    make.store()
    for wanted in ("test", "test", "moon"):
        client.post(reverse("environment"), {"environment": wanted})

    assert told(last()) == ("environment_switched", admin.pk, {"before": "live", "environment": "test"})
    assert SecurityEvent.objects.count() == 1


def test_every_line_tells_no_more_than_ids_and_codes(client: Client, admin: Agent, make: Make) -> None:
    make.store(name="A name")
    client.post(
        reverse("invitations"), {"email": "new@example.com", "queue": make.queue().pk, "role": "member"}
    )
    client.post(reverse("login"), {"username": "jon@example.com", "password": "hunter2"})

    said = str(list(SecurityEvent.objects.values_list("facts", flat=True)))
    assert not any(word in said for word in ("@", "A name", "hunter2"))
