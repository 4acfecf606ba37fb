"""How a mailbox is signed in to is asked where Attend is registered with a provider, who brings its own servers."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.mail.consent.mail_providers import PROVIDERS
from helpdesk.models import Agent, LineSecurity, Mailbox, MailboxConsent
from tests.helpdesk.mail.consent.token_provider import TokenProvider
from tests.helpdesk.pages.test_mailboxes import added, changed, given
from tests.make import Make

pytestmark = pytest.mark.django_db


@pytest.fixture
def registered(settings: Any) -> None:
    settings.MAIL_PROVIDER_CLIENTS = {"google": ("attend", "s3cret"), "microsoft": ("attend", "s3cret")}


def test_where_attend_is_registered_with_nobody_nothing_is_asked(
    client: Client, admin: Agent, make: Make
) -> None:
    make.store()
    page = client.get(reverse("new-mailbox"))

    assert "signs_in_by" not in page.context["form"].fields
    assert "Signing in" not in page.content.decode()
    refused = client.post(reverse("new-mailbox"), given(make, signs_in_by="google"))
    assert (refused.status_code, Mailbox.objects.get().signs_in_by) == (302, "password")


@pytest.mark.parametrize("name", ["google", "microsoft"])
def test_a_provider_brings_its_servers_and_no_password_is_kept(
    client: Client, admin: Agent, make: Make, registered: None, name: str
) -> None:
    mailbox = added(client, make, signs_in_by=name, imap_host="thief.example", smtp_host="", imap_login="")

    for column, value in PROVIDERS[name].columns().items():
        assert getattr(mailbox, column) == value
    assert (mailbox.imap_password, mailbox.smtp_password, mailbox.smtp_login) == ("", "", "")
    page = client.get(reverse("mailbox", args=[mailbox.pk])).content.decode()
    assert "Nobody has consented yet" in page
    assert f"Sign in with {PROVIDERS[name].name}</button>" in page


def test_its_servers_are_no_longer_asked_for_and_none_that_are_sent_count(
    client: Client, admin: Agent, make: Make, registered: None
) -> None:
    mailbox = added(client, make, signs_in_by="google")
    form = client.get(reverse("mailbox", args=[mailbox.pk])).context["form"]
    assert not [name for name in form.fields if name.endswith(("_host", "_port", "_security", "_password"))]

    elsewhere = {
        "imap_host": "thief.example",
        "imap_security": LineSecurity.NONE,
        "smtp_host": "thief.example",
    }
    assert changed(client, make, mailbox, signs_in_by="google", **elsewhere).status_code == 302
    mailbox.refresh_from_db()
    assert (mailbox.imap_host, mailbox.smtp_host) == ("imap.gmail.com", "smtp.gmail.com")
    assert mailbox.imap_security == LineSecurity.TLS


def test_a_consent_is_forgotten_with_its_provider(
    client: Client, admin: Agent, make: Make, mailbox: Mailbox, consent: MailboxConsent
) -> None:
    assert changed(client, make, mailbox, signs_in_by="google").status_code == 302
    assert MailboxConsent.objects.exists()

    assert changed(client, make, mailbox, signs_in_by="password").status_code == 302
    assert not MailboxConsent.objects.exists()
    form = client.get(reverse("mailbox", args=[mailbox.pk])).context["form"]
    assert {"imap_host", "imap_password", "smtp_host"} <= set(form.fields)


def test_a_registration_that_is_gone_leaves_its_mailboxes_as_they_are_and_says_so(
    client: Client, admin: Agent, make: Make, mailbox: Mailbox, settings: Any
) -> None:
    settings.MAIL_PROVIDER_CLIENTS = {}
    page = client.get(reverse("mailbox", args=[mailbox.pk]))

    assert "its client ID is not set" in page.content.decode()
    assert [value for value, _ in page.context["form"].fields["signs_in_by"].choices] == [
        "password",
        "google",
    ]


def test_no_page_shows_a_token(
    client: Client, admin: Agent, mailbox: Mailbox, consent: MailboxConsent, provider: TokenProvider
) -> None:
    for name, numbers in (("mailboxes", []), ("mailbox", [mailbox.pk])):
        page = client.get(reverse(name, args=numbers)).content.decode()
        for secret in ("access-0", "refresh-0", consent.access_token, consent.refresh_token, "s3cret"):
            assert secret not in page


def test_a_consent_that_is_over_is_on_every_page_at_once_with_a_button_for_admins(
    client: Client, make: Make, admin: Agent, mailbox: Mailbox, consent: MailboxConsent
) -> None:
    make.member(admin, queue=mailbox.queue)
    Mailbox.objects.update(read_at=consent.given_at)
    MailboxConsent.objects.update(refused_at=consent.given_at, said="invalid_grant")
    button = f'href="{reverse("mailbox", args=[mailbox.pk])}#consent"'

    page = client.get("/preferences/").content.decode()
    assert "Mail does not come in" in page
    assert "The consent for help@shop.example is over: ask \u2068Admin\u2069" in page
    assert button in page

    client.force_login(make.agent())
    page = client.get("/preferences/").content.decode()
    assert "ask \u2068Admin\u2069" in page
    assert button not in page
