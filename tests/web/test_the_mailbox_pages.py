"""Mailboxes in a browser: set up, tried and removed without barriers, and without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from helpdesk.models import Agent, Mailbox
from helpdesk.secrets import key_ring
from tests.helpdesk.mail.servers.running_imap import LOGIN, PASSWORD, running_imap
from tests.helpdesk.outbox.receiver import closed_port
from tests.make import NOW, Make
from tests.web.conftest import Visit

pytestmark = pytest.mark.browser


@pytest.fixture
def mailbox(make: Make) -> Mailbox:
    make.mailbox(
        "a.very.long.address.of.a.department@branch.shop.example", failing_since=NOW, said="NO quota"
    )
    return make.mailbox(
        imap_host="127.0.0.1", imap_port=closed_port(), imap_login=LOGIN, imap_password=key_ring.seal(PASSWORD),
        imap_security="none", smtp_host="127.0.0.1", smtp_port=closed_port(), smtp_security="none",
    )  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 320])
@pytest.mark.parametrize("locale", ["en", "he", "ta"])
def test_mailboxes_have_no_barriers_and_never_scroll_sideways(
    make: Make,
    mailbox: Mailbox,
    visit: Visit,
    no_barriers: Callable[[Page], None],
    scheme: str,
    width: int,
    locale: str,
) -> None:
    Agent.objects.filter(pk=make.agent("admin").pk).update(locale=locale)
    view = {"width": width, "height": 800}
    page = visit(reverse("mailboxes"), make.agent("admin"), color_scheme=scheme, viewport=view)
    no_barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.get_by_role("link", name=mailbox.address).click()
    page.locator("form[action$='/trial/'] button").click()
    expect(page.locator("dl .badge.late")).to_have_count(2)
    page.evaluate("for (const folded of document.querySelectorAll('main details')) folded.open = true")
    no_barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_login_of_sending_is_asked_for_where_it_is_another(make: Make, visit: Visit) -> None:
    make.store()
    page = visit(reverse("new-mailbox"), make.agent("admin"))
    expect(page.locator("#id_smtp_login, #id_smtp_password").locator("visible=true")).to_have_count(0)

    page.get_by_label("With the login and password of reading").uncheck()
    expect(page.locator("#id_smtp_login, #id_smtp_password").locator("visible=true")).to_have_count(2)


def test_a_mailbox_is_added_tried_and_removed_without_scripts(make: Make, visit: Visit) -> None:
    make.store()
    page = visit(reverse("mailboxes"), make.agent("admin"), java_script_enabled=False)
    page.get_by_role("link", name="Add a mailbox").click()
    with running_imap() as server:
        fill(page, server.port)
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Saved. Try it both ways.")).to_be_visible()
        page.get_by_role("button", name="Try both ways").click()
        expect(page.get_by_text("INBOX: 0 mails")).to_be_visible()
    expect(page.get_by_text("Not tried: nothing leaves by it.")).to_be_visible()

    page.locator("summary", has_text="Remove").click()
    page.get_by_role("button", name="Yes, remove it").click()
    expect(page.get_by_text("The mailbox help@shop.example is removed.")).to_be_visible()
    assert not Mailbox.objects.exists()


def fill(page: Page, port: int) -> None:
    """Type what a mailbox is that is only watched."""
    page.get_by_label("Store").select_option(label="Shop")
    page.get_by_label("Address", exact=True).fill("help@shop.example")
    page.get_by_label("Queue").select_option(label="Support")
    page.get_by_label("What Attend does").select_option("watch")
    page.get_by_label("Public name").fill("Bright Lamps")
    reading = page.get_by_role("group", name="Reading")
    reading.get_by_label("IMAP server").fill("127.0.0.1")
    reading.get_by_label("Port").fill(str(port))
    reading.get_by_label("Encryption").select_option("none")
    reading.get_by_label("Login").fill(LOGIN)
    reading.get_by_label("Password").fill(PASSWORD)
