"""Signing in for a mailbox in a browser: there and back, without barriers, and without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as in_force
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from helpdesk.models import Agent, Mailbox, MailboxConsent
from tests.helpdesk.mail.consent.conftest import consent, mailbox, provider
from tests.helpdesk.mail.consent.token_provider import TokenProvider
from tests.make import Make
from tests.web.conftest import Visit
from tests.web.session import session_of

__all__ = ["consent", "mailbox", "provider"]

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, make: Make, settings: Any) -> Iterator[Page]:
    """A browser without scripts, which believes in the provider's certificate."""
    settings.PUBLIC_URL = live_server.url
    context = browser.new_context(java_script_enabled=False, ignore_https_errors=True)
    session = session_of(make.agent("admin"))
    context.add_cookies([{"name": in_force.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    yield context.new_page()
    context.close()


def test_the_way_leads_to_the_provider_and_back_with_a_consent(
    page: Page, live_server: LiveServer, mailbox: Mailbox, provider: TokenProvider
) -> None:
    page.goto(live_server.url + reverse("mailbox", args=[mailbox.pk]))
    page.get_by_role("button", name="Sign in with Google").click()

    page.wait_for_url("**" + reverse("mailbox", args=[mailbox.pk]))
    expect(page.locator("#messages")).to_contain_text("has consented. Try it both ways.")
    page.get_by_role("button", name="Try both ways").click()
    expect(page.get_by_text("Works")).to_have_count(2)
    assert MailboxConsent.objects.get().account == provider.account


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 320])
@pytest.mark.parametrize("locale", ["en", "he"])
def test_a_consent_that_is_over_has_no_barriers_and_never_scrolls_sideways(
    make: Make,
    consent: MailboxConsent,
    visit: Visit,
    no_barriers: Callable[[Page], None],
    scheme: str,
    width: int,
    locale: str,
) -> None:
    admin = make.agent("admin")
    make.member(admin, queue=consent.mailbox.queue)
    Agent.objects.filter(pk=admin.pk).update(locale=locale)
    MailboxConsent.objects.update(refused_at=consent.given_at, said="invalid_grant: Token has been revoked.")
    view = {"width": width, "height": 800}
    page = visit(reverse("mailbox", args=[consent.mailbox.pk]), admin, color_scheme=scheme, viewport=view)

    expect(page.locator("#consent")).to_be_visible()
    expect(page.locator("#banners a[href$='#consent']")).to_have_count(1)
    no_barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
