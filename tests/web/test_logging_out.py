"""Whoever logs out by hand leaves nothing behind in the browser, whatever was on its way meanwhile."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Page, expect

from helpdesk.database.instant import database_now
from helpdesk.models import Agent, Ticket
from tests.make import Make
from tests.web.conftest import Visit, held_back, let_go
from tests.web.session import session_of

pytestmark = pytest.mark.browser

TEXT = "My half answer, with care"
STATE = "#composer [data-draft-state]"


@pytest.fixture
def ticket(make: Make) -> Ticket:
    return make.ticket(now=database_now(), subject="Where is my order?")


@pytest.fixture
def owner(make: Make) -> Agent:
    return make.agent("owner")


@pytest.fixture
def page(visit: Visit, owner: Agent, ticket: Ticket) -> Page:
    return visit(reverse("ticket", args=[ticket.reference]), owner)


def kept(page: Page) -> list[str]:
    """Return what the tab keeps of what somebody did in it."""
    page.wait_for_load_state()
    return list(page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('attend-'))"))


def come_as(page: Page, who: Agent) -> None:
    """Have the whole browser be somebody else's from now on."""
    origin = "/".join(page.url.split("/")[:3])
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session_of(who), "url": origin}
    page.context.add_cookies([cookie])  # type: ignore[list-item]


def write_unsaved(page: Page) -> None:
    """Write something that this tab alone keeps."""
    page.context.route("**/drafts/**", lambda route: route.abort())
    page.fill("#id_body", TEXT)
    expect(page.locator(STATE)).to_have_text("Not saved yet: kept in this tab")


def log_out(page: Page) -> None:
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/login/**")
    page.wait_for_load_state()


def test_what_is_being_saved_meanwhile_is_not_kept_again_by_its_answer(page: Page) -> None:
    saving, leaving = held_back(page, "**/drafts/**"), held_back(page, "**/logout/")
    page.fill("#id_body", TEXT)
    page.locator("#id_body").blur()
    while not saving:
        page.wait_for_timeout(20)
    page.get_by_role("button", name="Log out").click(no_wait_after=True)
    let_go(page, saving)
    page.wait_for_function("place => document.querySelector(place).textContent.includes('Saved')", arg=STATE)
    let_go(page, leaving)

    page.wait_for_url("**/login/**")
    assert kept(page) == []


def test_nor_is_what_is_written_after_the_press(page: Page) -> None:
    page.wait_for_load_state()
    page.evaluate(
        """text => document.addEventListener("submit", () => {
          const field = document.getElementById("id_body");
          field.value = text;
          field.dispatchEvent(new Event("input", { bubbles: true }));
        })""",
        TEXT,
    )
    log_out(page)
    assert kept(page) == []


def test_whoever_leaves_before_the_scripts_have_come_leaves_nothing_either(page: Page) -> None:
    write_unsaved(page)
    assert kept(page)
    held_back(page, "**/sending*.js")
    page.reload(wait_until="commit")
    button = page.get_by_role("button", name="Log out")
    button.wait_for()
    page.unroute("**/sending*.js")
    button.click()

    page.wait_for_url("**/login/**")
    assert kept(page) == []
    assert "?" not in page.url


def test_other_tabs_of_theirs_forget_and_leave_too(page: Page, ticket: Ticket) -> None:
    other, asleep = page.context.new_page(), page.context.new_page()
    for tab in (asleep, other):
        tab.goto(page.url)
        write_unsaved(tab)
    asleep.goto("about:blank")
    log_out(page)

    other.wait_for_url("**/login/**")
    assert kept(other) == []
    asleep.goto(other.url)
    assert kept(asleep) == []


def test_a_tab_that_slept_forgets_though_somebody_else_has_come_and_gone_meanwhile(
    page: Page, make: Make
) -> None:
    asleep = page.context.new_page()
    asleep.goto(page.url)
    write_unsaved(asleep)
    asleep.goto("about:blank")
    address = page.url
    log_out(page)
    come_as(page, make.agent("colleague", is_admin=True))
    page.goto(address)
    log_out(page)

    asleep.goto(page.url)
    assert kept(asleep) == []


def test_what_somebody_else_keeps_in_another_tab_stays(page: Page, make: Make, owner: Agent) -> None:
    write_unsaved(page)
    come_as(page, make.agent("colleague"))
    other = page.context.new_page()
    other.goto(page.url)
    log_out(other)

    page.reload()
    assert [key for key in kept(page) if key.startswith(f"attend-draft:{owner.pk}:")]


def test_a_session_that_ends_by_itself_keeps_what_was_being_written(page: Page, owner: Agent) -> None:
    write_unsaved(page)
    Session.objects.all().delete()
    page.reload()
    page.wait_for_url("**/login/**")
    assert [key for key in kept(page) if key.startswith(f"attend-draft:{owner.pk}:")]


def test_a_way_back_is_its_readers_alone(visit: Visit, make: Make, owner: Agent, ticket: Ticket) -> None:
    """A list's address may name what was looked for."""
    page = visit(reverse("tickets") + "?q=order", owner)
    page.wait_for_load_state()
    come_as(page, make.agent("colleague"))
    page.goto(page.url.partition("/tickets/")[0] + reverse("ticket", args=[ticket.reference]))
    page.wait_for_load_state()
    assert "order" not in (page.locator("a[data-back]").first.get_attribute("href") or "")
