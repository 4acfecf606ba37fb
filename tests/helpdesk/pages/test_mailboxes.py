"""Mailboxes on pages: for admins, whole or refused, and their passwords go in and never come out."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from helpdesk.conversation import replies
from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Environment, Mailbox, MailedReply, Message, SecurityEvent
from helpdesk.secrets import key_ring
from tests.helpdesk.mail.servers.running_imap import LOGIN, PASSWORD, running_imap
from tests.helpdesk.outbox.receiver import closed_port
from tests.make import NOW, Make

SECRET, OTHER = "hunter2 <&> \"'", "another"


@pytest.fixture
def admin(make: Make, client: Client) -> Agent:
    agent = make.agent("admin")
    client.force_login(agent)
    return agent


def given(make: Make, **fields: Any) -> dict[str, Any]:
    """Return what an admin types into the form of a new mailbox."""
    return {
        "store": make.store().pk,
        "address": "Help@Shop.example",
        "aliases": "sales@shop.example\n\nHELLO@shop.example\nhelp@shop.example",
        "queue": make.queue().pk,
        "mode": "full",
        "public_name": "Bright Lamps",
        "locale": "ta",
        "imap_host": "imap.shop.example",
        "imap_port": 993,
        "imap_security": "tls",
        "imap_login": "shared",
        "imap_password": SECRET,
        "folders": "INBOX\nAnfragen, alte\n",
        "smtp_host": "smtp.shop.example",
        "smtp_port": 587,
        "smtp_security": "starttls",
        "same_login": "on",
    } | fields


def added(client: Client, make: Make, **fields: Any) -> Mailbox:
    answer = client.post(reverse("new-mailbox"), given(make, **fields))
    assert answer.status_code == 302, answer.context["form"].errors
    return Mailbox.objects.get()


def changed(client: Client, make: Make, mailbox: Mailbox, **fields: Any) -> Any:
    """Send the form as it stands on the mailbox's page, but for these fields; its passwords are empty there."""
    address = reverse("mailbox", args=[mailbox.pk])
    return client.post(address, given(make, imap_password="") | fields)


def test_only_an_admin_reaches_mailboxes(client: Client, make: Make) -> None:
    mailbox = make.mailbox()
    for who in ("owner", "overseer", "outsider"):
        client.force_login(make.agent(who))
        for name in ("mailboxes", "new-mailbox"):
            assert client.get(reverse(name)).status_code == 403
        assert client.post(reverse("new-mailbox"), given(make)).status_code == 403
        for name in ("mailbox", "mailbox-trial", "mailbox-removal"):
            assert client.post(reverse(name, args=[mailbox.pk]), given(make)).status_code == 403
    assert Mailbox.objects.get() == mailbox


def test_a_list_without_mailboxes_says_what_comes_first(client: Client, admin: Agent, make: Make) -> None:
    assert "It belongs to a store" in client.get(reverse("mailboxes")).content.decode()

    make.store()
    page = client.get(reverse("mailboxes")).content.decode()
    assert "No mailbox yet. Add one" in page
    assert reverse("new-mailbox") in page


def test_a_mailbox_is_added_with_its_passwords_closed(client: Client, admin: Agent, make: Make) -> None:
    make.store(environment=Environment.TEST)
    mailbox = added(client, make)

    assert (mailbox.address, mailbox.environment) == ("help@shop.example", "live")
    assert mailbox.aliases == ["sales@shop.example", "hello@shop.example"]
    assert mailbox.folders == ["INBOX", "Anfragen, alte"]
    assert (mailbox.imap_login, mailbox.smtp_login) == ("shared", "shared")
    assert key_ring.unseal(mailbox.imap_password) == key_ring.unseal(mailbox.smtp_password) == SECRET


def test_no_page_shows_a_password_and_the_log_names_its_field_alone(
    client: Client, admin: Agent, make: Make
) -> None:
    mailbox = added(client, make)
    address = reverse("mailbox", args=[mailbox.pk])
    wrong = client.post(address, given(make, public_name=""))
    pages = [client.get(reverse("mailboxes")), client.get(address), wrong]

    for page in pages:
        assert "hunter2" not in page.content.decode()
        assert mailbox.imap_password not in page.content.decode()
    assert wrong.status_code == 422
    assert "Is set. Leave it empty to keep it." in pages[1].content.decode()
    [line] = SecurityEvent.objects.all()
    assert line.facts["what"] == "mailbox"
    assert "imap_password" in line.facts["fields"]
    assert "hunter2" not in str(line.facts)


def test_an_empty_password_keeps_the_one_that_is_kept(client: Client, admin: Agent, make: Make) -> None:
    mailbox = added(client, make)

    assert changed(client, make, mailbox, public_name="Dim Lamps").status_code == 302
    mailbox.refresh_from_db()
    assert mailbox.public_name == "Dim Lamps"
    assert key_ring.unseal(mailbox.smtp_password) == SECRET

    assert changed(client, make, mailbox, imap_password=OTHER).status_code == 302
    mailbox.refresh_from_db()
    assert key_ring.unseal(mailbox.imap_password) == key_ring.unseal(mailbox.smtp_password) == OTHER


@pytest.mark.parametrize(
    "change",
    [
        {"imap_host": "imap.thief.example"},
        {"imap_port": 143},
        {"imap_security": "none"},
        {"imap_login": "somebody"},
        {"smtp_host": "smtp.thief.example"},
        {"smtp_security": "none"},
    ],
)
def test_a_kept_password_is_said_to_nobody_else(
    client: Client, admin: Agent, make: Make, change: dict[str, Any]
) -> None:
    mailbox = added(client, make)
    refused = changed(client, make, mailbox, **change)

    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["imap_password"]
    assert changed(client, make, mailbox, imap_password=SECRET, **change).status_code == 302


def test_a_password_of_sending_becomes_no_other_by_a_tick(client: Client, admin: Agent, make: Make) -> None:
    own = {"same_login": "", "smtp_login": "sender", "smtp_password": OTHER}
    mailbox = added(client, make, **own)
    assert key_ring.unseal(mailbox.smtp_password) == OTHER

    own["smtp_password"] = ""
    assert changed(client, make, mailbox, **own).status_code == 302
    refused = changed(client, make, mailbox)
    assert list(refused.context["form"].errors) == ["imap_password"]
    mailbox.refresh_from_db()
    assert key_ring.unseal(mailbox.smtp_password) == OTHER


def test_without_a_login_no_password_is_kept(client: Client, admin: Agent, make: Make) -> None:
    mailbox = added(client, make)

    assert changed(client, make, mailbox, imap_login="", same_login="").status_code == 302
    mailbox.refresh_from_db()
    assert (mailbox.imap_password, mailbox.smtp_login, mailbox.smtp_password) == ("", "", "")


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"store": ""}, "store"),
        ({"address": "not an address"}, "address"),
        ({"aliases": "not an address"}, "aliases"),
        ({"address": "taken@shop.example"}, "address"),
        ({"aliases": "Taken@shop.example"}, "address"),
        ({"mode": "half"}, "mode"),
        ({"mode": "full", "smtp_host": ""}, "smtp_host"),
        ({"mode": "watch", "imap_host": ""}, "imap_host"),
        ({"imap_port": 0}, "imap_port"),
        ({"smtp_port": 65536}, "smtp_port"),
        ({"imap_security": "rot13"}, "imap_security"),
        ({"imap_password": "two\nlines"}, "imap_password"),
        ({"folders": " \n"}, "folders"),
        ({"public_name": "\u200b"}, "public_name"),
        ({"locale": "xx"}, "locale"),
    ],
)
def test_what_makes_no_mailbox_is_said_at_its_field(
    client: Client, admin: Agent, make: Make, wrong: dict[str, Any], place: str
) -> None:
    make.mailbox("taken@shop.example")
    page = client.post(reverse("new-mailbox"), given(make) | wrong)

    assert (page.status_code, Mailbox.objects.count()) == (422, 1)
    assert list(page.context["form"].errors) == [place]


def test_a_mailbox_stays_with_its_store(client: Client, admin: Agent, make: Make) -> None:
    mailbox = added(client, make)
    other = make.store("Other shop", environment=Environment.TEST)

    assert changed(client, make, mailbox, store=other.pk).status_code == 302
    mailbox.refresh_from_db()
    assert (mailbox.store, mailbox.environment) == (make.store(), "live")


def test_a_trial_says_of_each_way_what_came_of_it(client: Client, admin: Agent, make: Make) -> None:
    sealed = key_ring.seal(PASSWORD)
    with running_imap() as server:
        mailbox = make.mailbox(
            imap_host="127.0.0.1", imap_port=server.port, imap_security="none",
            imap_login=LOGIN, imap_password=sealed, smtp_host="127.0.0.1", smtp_port=closed_port(),
            failing_since=NOW, said="NO such login",
        )  # fmt: skip
        page = client.post(reverse("mailbox-trial", args=[mailbox.pk])).content.decode()

    assert "Works" in page
    assert "It cannot be read since" not in page, "what the last look met is older"
    assert "<bdi>INBOX</bdi>: 0 mails" in " ".join(page.split())
    assert "Nobody answers at 127.0.0.1, port" in page


def test_how_reading_goes_stands_on_the_list(client: Client, admin: Agent, make: Make) -> None:
    make.mailbox("piped@shop.example", imap_host="")
    make.mailbox("new@shop.example")
    make.mailbox("good@shop.example", read_at=NOW)
    make.mailbox("bad@shop.example", failing_since=NOW, said="NO <b>quota</b> exceeded")
    page = client.get(reverse("mailboxes")).content.decode()

    for told in ("brought by the API", "Not read yet", "Last read", "It cannot be read since"):
        assert told in page
    assert "NO &lt;b&gt;quota&lt;/b&gt; exceeded" in page


def test_a_removed_mailbox_is_forgotten_with_a_trace(client: Client, admin: Agent, make: Make) -> None:
    mailbox = make.mailbox()
    answer = client.post(reverse("mailbox-removal", args=[mailbox.pk]))

    assert answer.headers["Location"] == reverse("mailboxes")
    assert not Mailbox.objects.exists()
    [line] = SecurityEvent.objects.all()
    assert (line.facts["what"], line.facts["fields"]) == ("mailbox", ["deleted"])
    assert client.post(reverse("mailbox-removal", args=[mailbox.pk])).status_code == 404


def answered(make: Make) -> Message:
    """Answer a new ticket, by whatever mailbox there is."""
    now = database_now()
    with transaction.atomic():
        ticket = make.ticket(now=now)
        return replies.reply_in_public(ticket=ticket, author=make.agent(), body="Here it is.", now=now)


def test_a_mailbox_stays_while_answers_leave_by_it(client: Client, admin: Agent, make: Make) -> None:
    mailbox = make.mailbox()
    answer = answered(make)
    removal = reverse("mailbox-removal", args=[mailbox.pk])

    kept = client.post(removal, follow=True).content.decode()
    assert "Answers are still leaving by help@shop.example" in kept
    assert Mailbox.objects.exists()
    assert not SecurityEvent.objects.exists()

    MailedReply.objects.update(left_at=database_now())
    assert client.post(removal).headers["Location"] == reverse("mailboxes")
    assert MailedReply.objects.get().message == answer


def test_a_mailbox_becomes_no_watcher_while_answers_leave_by_it(
    client: Client, admin: Agent, make: Make
) -> None:
    mailbox = added(client, make)
    answered(make)

    refused = changed(client, make, mailbox, mode="watch")
    assert list(refused.context["form"].errors) == ["mode"]

    MailedReply.objects.update(left_at=database_now())
    assert changed(client, make, mailbox, mode="watch").status_code == 302
