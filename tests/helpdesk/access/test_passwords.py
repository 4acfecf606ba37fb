"""Passwords: changed by their owner, chosen anew by a link; and where else one is logged in."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.access import password_links
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Delivery, SecurityEvent
from helpdesk.outbox import outbox
from tests.make import PASSWORD, Make

NEW = "seventeen blue herons"
CHANGE = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
TWICE = {"password1": NEW, "password2": NEW}


def kinds() -> list[str]:
    return list(SecurityEvent.objects.order_by("id").values_list("kind", flat=True))


def entered(agent: Agent, password: str = PASSWORD) -> Client:
    """Return the browser of somebody who has logged in by the page."""
    client = Client(headers={"User-Agent": "Firefox on a ferry"})
    answer = client.post(reverse("login"), {"username": agent.email, "password": password})
    assert answer.status_code == 302, answer.content
    return client


def is_in(client: Client) -> bool:
    return client.get(reverse("preferences")).status_code == 200


def send_what_waits() -> None:
    outbox.send_due(clock=database_now, seconds=5.0)


def mailed_link(agent: Agent) -> str:
    Client().post(reverse("account_reset_password"), {"email": agent.email.upper()})
    send_what_waits()
    found = re.search(r"http://\S+(/password/reset/key/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def choose(link: str, password: dict[str, str] = TWICE) -> tuple[int, Client]:
    client = Client()
    form = client.get(link, follow=True)
    if not form.redirect_chain:
        return form.status_code, client
    return client.post(form.redirect_chain[-1][0], password).status_code, client


def test_a_password_is_changed_and_other_logins_end(make: Make) -> None:
    agent = make.agent()
    here, elsewhere = entered(agent), entered(agent)

    assert here.post(reverse("account_change_password"), CHANGE).status_code == 302

    agent.refresh_from_db()
    assert agent.check_password(NEW)
    assert (is_in(here), is_in(elsewhere)) == (True, False)
    assert kinds()[-1] == "password_changed"


@pytest.mark.parametrize(
    "wrong",
    [{"oldpassword": "guess"}, {"password2": "another"}, {"password1": "12345", "password2": "12345"}],
)
def test_what_is_wrong_with_a_new_password_is_said(make: Make, wrong: dict[str, str]) -> None:
    agent = make.agent()
    client = entered(agent)

    page = client.post(reverse("account_change_password"), CHANGE | wrong)

    assert page.context["form"].errors
    agent.refresh_from_db()
    assert agent.check_password(PASSWORD)


def test_a_forgotten_password_is_chosen_anew_by_a_link(make: Make) -> None:
    agent = make.agent()
    elsewhere = entered(agent)
    status, client = choose(mailed_link(agent))

    agent.refresh_from_db()
    assert (status, agent.check_password(NEW)) == (302, True)
    assert (is_in(client), is_in(elsewhere)) == (False, False)
    assert kinds()[-2:] == ["password_link_asked", "password_set_by_link"]
    assert not EmailAddress.objects.exists()  # an agent has one address, and it stands on the agent


def test_a_link_works_once(make: Make) -> None:
    link = mailed_link(make.agent())
    choose(link)

    again, _ = choose(link, {"password1": "another harbour at dawn", "password2": "another harbour at dawn"})

    assert again == 200
    assert make.agent().check_password(NEW)


def test_a_link_is_worthless_after_a_login(make: Make) -> None:
    link = mailed_link(make.agent())
    entered(make.agent())

    assert choose(link)[0] == 200
    assert make.agent().check_password(PASSWORD)


def test_a_link_runs_out(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    link = mailed_link(make.agent())
    later = PasswordResetTokenGenerator()._now() + timedelta(minutes=61)
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: later)

    assert choose(link)[0] == 200
    assert make.agent().check_password(PASSWORD)


@pytest.mark.parametrize("link", ["1-x", "0-c8x-abc", "zzzzzzzzzzzzzz-c8x-abc", "1-set-password"])
def test_a_made_up_link_opens_nothing(client: Client, make: Make, link: str) -> None:
    page = client.get(f"/password/reset/key/{link}/")

    assert page.status_code == 200
    assert "not good any more" in page.content.decode()


def test_the_token_of_a_link_does_not_stay_in_the_address(make: Make) -> None:
    link = mailed_link(make.agent())

    landed = Client().get(link)

    assert landed.headers["Location"].endswith("-set-password/")


def test_nobody_is_told_whether_there_is_such_a_login(make: Make) -> None:
    make.agent()
    demo = make.agent("demo", is_demo=True)
    gone = make.agent("gone", is_active=False)
    said = [
        Client().post(reverse("account_reset_password"), {"email": email}, follow=True).content
        for email in ("owner@example.com", "nobody@example.com", demo.email, gone.email)
    ]
    send_what_waits()

    assert len({re.sub(rb'"[^"]*\d{4}-[^"]*"', b"", page) for page in said}) == 1
    assert [message.to for message in mail.outbox] == [["owner@example.com"]]


def test_a_link_opens_a_login_that_guesses_had_shut(make: Make) -> None:
    agent = make.agent()
    for _ in range(11):
        Client().post(reverse("login"), {"username": agent.email, "password": "wrong"})
    choose(mailed_link(agent))

    assert is_in(entered(agent, NEW))


def test_a_link_waits_for_the_mail_server_and_is_made_when_it_leaves(make: Make) -> None:
    with transaction.atomic():
        password_links.ask(email="owner@example.com", address=None, now=database_now())
    assert not Delivery.objects.exists()

    agent = make.agent()
    with transaction.atomic():
        password_links.ask(email=agent.email, address=None, now=database_now())
    [delivery] = Delivery.objects.all()
    assert "key" not in str(list(delivery.items.values()))


def test_sessions_are_listed_and_all_others_ended(make: Make) -> None:
    agent = make.agent()
    here, elsewhere = entered(agent), entered(agent)
    page = here.get(reverse("preferences"))
    assert page.content.decode().count("Firefox on a ferry") == 2

    here.post(reverse("usersessions_list"))

    assert (is_in(here), is_in(elsewhere)) == (True, False)
    assert kinds()[-1] == "session_ended"
    assert len(here.get(reverse("preferences")).context["sessions"]) == 1


def test_one_session_is_ended_from_its_own_row(make: Make) -> None:
    agent = make.agent()
    here, lost, kept = entered(agent), entered(agent), entered(agent)
    assert len(rows(here)) == 2, "the one that is here has no such button"

    assert here.post(rows(here)[0], follow=True).status_code == 200

    assert (is_in(here), is_in(lost), is_in(kept)) == (True, False, True)
    assert SecurityEvent.objects.filter(kind="session_ended", actor=agent).count() == 1
    assert len(rows(here)) == 1


def test_nobody_ends_the_session_of_somebody_else_nor_the_one_that_they_are_in(make: Make) -> None:
    owner, outsider = entered(make.agent()), entered(make.agent("outsider"))
    foreign = UserSession.objects.get(user=make.agent())
    own = UserSession.objects.get(user=make.agent("outsider"))

    for session in (foreign, own):
        assert outsider.post(reverse("session-ending", args=[session.pk])).status_code == 404
    assert outsider.get(reverse("session-ending", args=[own.pk])).status_code == 405
    assert is_in(owner)
    assert is_in(outsider)


def rows(client: Client) -> list[str]:
    """Return where the buttons lead that end one session each."""
    page = client.get(reverse("preferences")).content.decode()
    return re.findall(r'action="(/sessions/\d+/ending/)"', page)


def test_nobody_signs_up(client: Client, db: None) -> None:
    for address in ("/signup/", "/accounts/signup/", "/accounts/login/", "/email/"):
        assert client.get(address).status_code == 404
