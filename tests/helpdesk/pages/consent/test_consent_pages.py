"""An admin signs in for a mailbox at its provider, and comes back with a consent, once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from helpdesk.mail.consent import consent_question
from helpdesk.models import Agent, Mailbox, MailboxConsent, SecurityEvent, SignIn
from helpdesk.secrets import key_ring
from tests.helpdesk.mail.consent.token_provider import SCOPES, TokenProvider
from tests.make import Make

pytestmark = pytest.mark.django_db

ANSWER = "/mailboxes/consent/"
CODE = "4/0AX4-code"


def asked(client: Client, mailbox: Mailbox) -> dict[str, str]:
    """Press the button, and return what the browser takes to the provider."""
    page = client.post(reverse("mailbox-consent", args=[mailbox.pk]))
    assert page.status_code == 200
    onward = urlsplit(page.context["onward"])
    assert page.context["onward"].replace("&", "&amp;") in page.content.decode()
    return {name: values[0] for name, values in parse_qs(onward.query).items()}


def consented(client: Client, mailbox: Mailbox, provider: TokenProvider, **answer: str) -> Any:
    """Press the button, consent at the provider, and return the page that the browser comes back to."""
    took = asked(client, mailbox)
    provider.consent(CODE, challenge=took["code_challenge"], redirect_uri=took["redirect_uri"])
    told = {"state": took["state"], "code": CODE} | answer
    return client.get(ANSWER, told, follow=True)


def test_the_browser_takes_everything_along_that_a_provider_wants(
    client: Client, admin: Agent, mailbox: Mailbox, settings: Any
) -> None:
    settings.PUBLIC_URL = "https://help.shop.example"
    took = asked(client, mailbox)

    assert len(took.pop("state")) == 43
    assert len(took.pop("code_challenge")) == 43
    assert took == {
        "client_id": "attend",
        "response_type": "code",
        "redirect_uri": "https://help.shop.example/mailboxes/consent/",
        "scope": f"{SCOPES[0]} {SCOPES[1]} openid email",
        "code_challenge_method": "S256",
        "login_hint": "help@shop.example",
        "access_type": "offline",
    }


def test_who_consents_is_kept_with_their_tokens_closed(
    client: Client, admin: Agent, mailbox: Mailbox, provider: TokenProvider
) -> None:
    provider.account = "dana@shop.example"
    page = consented(client, mailbox, provider)

    assert page.redirect_chain == [(reverse("mailbox", args=[mailbox.pk]), 302)]
    assert "dana@shop.example\u2069 has consented. Try it both ways." in page.content.decode()
    consent = MailboxConsent.objects.get()
    assert (consent.account, consent.given_by, consent.provider) == ("dana@shop.example", admin, "google")
    assert key_ring.unseal(consent.access_token) == "access-1"
    assert key_ring.unseal(consent.refresh_token) == "refresh-1"
    [line] = SecurityEvent.objects.filter(facts__what="mailbox")
    assert line.facts["fields"] == ["consent"]


def test_then_it_works_both_ways(
    client: Client, admin: Agent, mailbox: Mailbox, provider: TokenProvider
) -> None:
    consented(client, mailbox, provider)
    page = client.post(reverse("mailbox-trial", args=[mailbox.pk])).content.decode()

    assert page.count("Works") == 2
    for secret in ("access-1", "refresh-1", "s3cret"):
        assert secret not in page


def test_an_answer_is_good_once(
    client: Client, admin: Agent, mailbox: Mailbox, provider: TokenProvider
) -> None:
    took = asked(client, mailbox)
    provider.consent(CODE, challenge=took["code_challenge"], redirect_uri=took["redirect_uri"])
    told = {"state": took["state"], "code": CODE}
    client.get(ANSWER, told)
    again = client.get(ANSWER, told, follow=True)

    assert "belongs to no question that is still open here" in again.content.decode()
    assert len(provider.asked) == 1


@pytest.mark.django_db(transaction=True)
def test_a_page_that_is_reloaded_while_the_provider_takes_its_time_asks_it_once(
    client: Client, admin: Agent, mailbox: Mailbox, provider: TokenProvider
) -> None:
    took = asked(client, mailbox)
    provider.consent(CODE, challenge=took["code_challenge"], redirect_uri=took["redirect_uri"])
    told = {"state": took["state"], "code": CODE}
    again = Client()
    again.cookies = client.cookies
    provider.let_go.clear()
    with ThreadPoolExecutor(1) as browser:
        first = browser.submit(_get_in_a_thread, client, told)
        assert provider.was_asked.wait(20)
        reloaded = again.get(ANSWER, told, follow=True)
        provider.let_go.set()
        assert first.result(30).headers["Location"] == reverse("mailbox", args=[mailbox.pk])

    assert "belongs to no question" in reloaded.content.decode()
    assert (len(provider.asked), MailboxConsent.objects.count()) == (1, 1)


def _get_in_a_thread(client: Client, told: dict[str, str]) -> Any:
    try:
        return client.get(ANSWER, told)
    finally:
        connection.close()


@pytest.mark.parametrize(
    "told", [{}, {"state": ""}, {"state": "x" * 100_000}, {"code": CODE}, {"error": "<b>"}]
)
def test_an_answer_that_nobody_asked_for_changes_nothing(
    client: Client, admin: Agent, mailbox: Mailbox, provider: TokenProvider, told: dict[str, str]
) -> None:
    asked(client, mailbox)
    page = client.get(ANSWER, {"code": CODE} | told, follow=True)

    assert "belongs to no question that is still open here" in page.content.decode()
    assert (provider.asked, MailboxConsent.objects.count()) == ([], 0)


def test_an_answer_in_another_session_changes_nothing(
    client: Client, admin: Agent, mailbox: Mailbox, provider: TokenProvider
) -> None:
    took = asked(client, mailbox)
    elsewhere = Client()
    elsewhere.force_login(admin)
    page = elsewhere.get(ANSWER, {"state": took["state"], "code": CODE}, follow=True)

    assert "belongs to no question" in page.content.decode()
    assert provider.asked == []


def test_a_stale_answer_changes_nothing(
    client: Client, admin: Agent, mailbox: Mailbox, provider: TokenProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    took = asked(client, mailbox)
    monkeypatch.setattr(consent_question, "OPEN_FOR", -consent_question.OPEN_FOR)
    page = client.get(ANSWER, {"state": took["state"], "code": CODE}, follow=True)

    assert "belongs to no question" in page.content.decode()
    assert provider.asked == []


def test_several_windows_may_ask_at_once_and_not_for_ever(
    client: Client, admin: Agent, mailbox: Mailbox, provider: TokenProvider
) -> None:
    first, *others = [asked(client, mailbox) for _ in range(6)]
    assert first["state"] not in client.session["consents_asked_for"]

    took = others[0]
    provider.consent(CODE, challenge=took["code_challenge"], redirect_uri=took["redirect_uri"])
    client.get(ANSWER, {"state": took["state"], "code": CODE})
    assert MailboxConsent.objects.count() == 1


def test_a_code_of_somebody_elses_question_is_worth_nothing(
    client: Client, admin: Agent, mailbox: Mailbox, provider: TokenProvider
) -> None:
    took = asked(client, mailbox)
    provider.consent(CODE, challenge="of-another-browser", redirect_uri=took["redirect_uri"])
    page = client.get(ANSWER, {"state": took["state"], "code": CODE}, follow=True)

    assert "invalid_grant" in page.content.decode()
    assert not MailboxConsent.objects.exists()


def test_a_no_at_the_provider_is_said_with_its_words(
    client: Client, admin: Agent, mailbox: Mailbox, provider: TokenProvider
) -> None:
    took = asked(client, mailbox)
    told = {
        "state": took["state"],
        "error": "access_denied",
        "error_description": "<script>\u202e no" + "!" * 9999,
    }
    page = client.get(ANSWER, told, follow=True).content.decode()

    assert "There is no consent. The provider says: " in page
    assert "access_denied: &lt;script&gt;" in page
    assert page.count("!") < 400
    assert "\u202e" not in page


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"scope": SCOPES[0]}, "was not allowed enough"),
        ({"answers": [(200, b'{"access_token": "a"}')]}, "was not allowed enough"),
        ({"answers": [(500, b"")]}, "gives no token now"),
    ],
)
def test_what_does_not_suffice_is_said_and_not_kept(
    client: Client,
    admin: Agent,
    mailbox: Mailbox,
    provider: TokenProvider,
    consent: MailboxConsent,
    given: dict[str, Any],
    said: str,
) -> None:
    provider.scope = given.get("scope", provider.scope)
    provider.answers.extend(given.get("answers", []))
    page = consented(client, mailbox, provider).content.decode()

    assert said in page
    consent.refresh_from_db()
    assert key_ring.unseal(consent.access_token) == "access-0"


@pytest.mark.parametrize(
    "claims", [b"", b"a.b.c", b"a." + b"eyJlbWFpbCI6IDd9" + b".c", b"a.eyJlbWFpbCI6ICJub2JvZHkifQ.c"]
)
def test_who_consented_is_the_login_where_nobody_says_it(
    client: Client, admin: Agent, mailbox: Mailbox, provider: TokenProvider, claims: bytes
) -> None:
    grant = b'{"access_token": "a", "refresh_token": "r", "id_token": "%s"}' % claims
    provider.answers.append((200, grant))
    consented(client, mailbox, provider)

    assert MailboxConsent.objects.get().account == "help@shop.example"


def test_a_consent_for_a_mailbox_that_is_gone_or_signed_in_to_otherwise_by_now_is_not_kept(
    client: Client, admin: Agent, mailbox: Mailbox, provider: TokenProvider
) -> None:
    took = asked(client, mailbox)
    Mailbox.objects.update(signs_in_by=SignIn.PASSWORD)
    page = client.get(ANSWER, {"state": took["state"], "code": CODE}, follow=True)
    assert "belongs to no question" in page.content.decode()

    Mailbox.objects.update(signs_in_by=SignIn.GOOGLE)
    took = asked(client, mailbox)
    mailbox.delete()
    page = client.get(ANSWER, {"state": took["state"], "code": CODE}, follow=True)
    assert page.redirect_chain[-1][0] == reverse("mailboxes")
    assert provider.asked == []


def test_a_new_consent_ends_a_refusal(
    client: Client, admin: Agent, mailbox: Mailbox, provider: TokenProvider, consent: MailboxConsent
) -> None:
    MailboxConsent.objects.update(refused_at=consent.given_at, said="invalid_grant")
    page = client.get(reverse("mailbox", args=[mailbox.pk])).content.decode()
    assert "The consent for help@shop.example is over: ask \u2068Admin\u2069" in page

    consented(client, mailbox, provider)
    consent.refresh_from_db()
    assert (consent.refused_at, consent.said) == (None, "")


def test_only_an_admin_asks_or_brings_an_answer(
    client: Client, make: Make, mailbox: Mailbox, provider: TokenProvider
) -> None:
    for who in ("owner", "overseer", "outsider"):
        client.force_login(make.agent(who))
        assert client.post(reverse("mailbox-consent", args=[mailbox.pk])).status_code == 403
        assert client.get(ANSWER, {"state": "x", "code": CODE}).status_code == 403
    client.logout()
    assert client.get(ANSWER, {"state": "x", "code": CODE}).headers["Location"].startswith("/login/")


def test_a_mailbox_with_a_password_has_nobody_to_sign_in_with(
    client: Client, admin: Agent, make: Make
) -> None:
    page = client.post(reverse("mailbox-consent", args=[make.mailbox().pk]), follow=True).content.decode()

    assert "There is nobody to sign in with" in page
    assert client.post(reverse("mailbox-consent", args=[0])).status_code == 404
